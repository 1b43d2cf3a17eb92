import { HoldfastError, invalidOption, option, readBackendOptions } from '@holdfast/core/backend'
import type { BackendOptions } from '@holdfast/core/backend'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

interface Options {
  readonly path: string
  readonly timeout?: number
  readonly mode?: 'fast' | 'safe'
  readonly secret?: string
}

const described: BackendOptions<Options> = {
  takenBy: 'store',
  example: { path: 'data.store', timeout: 10 },
  required: ['path'],
  rules: {
    path: option.path,
    timeout: option.wholeNumber(0, 1000),
    mode: { ...option.anyCase(option.oneOf('fast', 'safe')), refused: { wild: 'cannot be "wild"' } },
    secret: option.text('a secret of 8 characters', (value) => value.length === 8),
  },
  aliases: {
    busy_timeout: 'timeout',
    seconds: { name: 'timeout', read: (value) => (typeof value === 'number' ? value * 1000 : value) },
  },
  missing: { pool: 'there is one connection' },
}

const read = (given: unknown) => readBackendOptions(given, described)

function refusal(given: unknown): HoldfastError {
  try {
    read(given)
  } catch (error) {
    if (error instanceof HoldfastError) return error
    throw error
  }
  throw new Error('not refused')
}

describe('options of a backend', () => {
  test('are copied under their own names, in the form in which they are kept', () => {
    expect(read({ path: 'a', seconds: 0.5, mode: 'SAFE', secret: undefined })).toEqual({
      path: 'a',
      timeout: 500,
      mode: 'safe',
    })
    expect(read({ path: 'a', busy_timeout: 1 })).toEqual({ path: 'a', timeout: 1 })
  })

  test.each<[given: unknown, path: string, message: string]>([
    [
      undefined,
      'options',
      "store() takes an object of options, as in store({ path: 'data.store', timeout: 10 }).",
    ],
    [
      'a.store',
      'options',
      "store() takes an object of options, as in store({ path: 'a.store', timeout: 10 }).",
    ],
    [
      'x://me:pass@host',
      'options',
      "store() takes an object of options, as in store({ path: 'data.store', timeout: 10 }).",
    ],
    [{}, 'path', 'The option "path" is missing: it is the path of a file or folder.'],
    [{ path: '' }, 'path', 'The option "path" must be the path of a file or folder.'],
    [{ path: 'a\0' }, 'path', 'The option "path" must be the path of a file or folder.'],
    [{ path: 'a', timeout: 1.5 }, 'timeout', 'The option "timeout" must be a whole number from 0 to 1000.'],
    [{ path: 'a', seconds: 2 }, 'seconds', 'The option "seconds" must be a whole number from 0 to 1000.'],
    [{ path: 'a', mode: 'slow' }, 'mode', 'The option "mode" must be one of fast, safe.'],
    [{ path: 'a', mode: 'Wild' }, 'mode', 'The option "mode" cannot be "wild".'],
    [{ path: 'a', timeot: 1 }, 'timeot', 'The option "timeot" does not exist. Did you mean "timeout"?'],
    [{ Filename: 'a' }, 'Filename', 'The option "Filename" does not exist. Did you mean "path"?'],
    [{ path: 'a', pool: 1 }, 'pool', 'The option "pool" does not exist: there is one connection.'],
    [{ path: 'a', 'a b': 1 }, 'options["a b"]', 'The option "a b" does not exist.'],
    [
      { path: 'a', timeout: 1, busy_timeout: 1 },
      'busy_timeout',
      'The option "busy_timeout" is given twice: it is another name of "timeout".',
    ],
  ])('%o is refused', (given, path, message) => {
    expect(refusal(given)).toMatchObject({ code: 'INVALID_ARGUMENT', path, message })
  })

  test('that throw when they are read are refused, with what they threw as the cause', () => {
    const thrown = new Error('thrown')
    const given = Object.defineProperty({}, 'path', {
      enumerable: true,
      get: () => {
        throw thrown
      },
    })
    expect(refusal(given)).toMatchObject({ code: 'INVALID_ARGUMENT', path: 'options', cause: thrown })
  })

  test('are read, or refused with a code and a path, whatever is given; a value is never in the message', () => {
    const names = fc.constantFrom(
      'path',
      'timeout',
      'mode',
      'secret',
      'busy_timeout',
      'seconds',
      'pool',
      '__proto__',
    )
    const values = fc.oneof(fc.anything(), fc.constant('sesame-word'))
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(fc.oneof(names, fc.string()), values)), (given) => {
        try {
          const options = read(given)
          expect(Object.keys(options).every((name) => Object.hasOwn(described.rules, name))).toBe(true)
        } catch (error) {
          expect(error).toMatchObject({
            code: 'INVALID_ARGUMENT',
            path: expect.stringMatching(/./) as string,
          })
          expect((error as HoldfastError).message).not.toContain('sesame')
        }
      }),
    )
  })
})

test('what is wrong with an option besides is said in the same words', () => {
  expect(invalidOption('min', 'is greater than "max"')).toMatchObject({
    code: 'INVALID_ARGUMENT',
    path: 'min',
    message: 'The option "min" is greater than "max".',
  })
  expect(invalidOption('x'.repeat(100), 'is odd. Did you mean "y"?').message).toBe(
    `The option "${'x'.repeat(80)}" is odd. Did you mean "y"?`,
  )
})
