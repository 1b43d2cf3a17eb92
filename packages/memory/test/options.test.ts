import { isHoldfastError } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memory } from '../src/index.js'

describe('the options of memory()', () => {
  test('are refused with a code and a place when they are unknown or out of range', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ busyTimeout: fc.anything() })), (options) => {
        try {
          const backend = memory(options as object)
          expect(backend.name).toBe('memory')
        } catch (error) {
          expect(isHoldfastError(error) && error.code).toBe('INVALID_ARGUMENT')
          expect(isHoldfastError(error) && error.path).toMatch(/./)
        }
      }),
    )
  })

  test.each<[what: string, options: object]>([
    ['a getter', Object.defineProperty({}, 'busyTimeout', { get: fail, enumerable: true })],
    ['a proxy that tells no value', new Proxy({ busyTimeout: 1 }, { get: fail })],
    ['a proxy that tells no names', new Proxy({}, { ownKeys: fail })],
    ['a revoked proxy', revoked()],
  ])('are refused when they cannot be read: %s', (_, options) => {
    expect(() => memory(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', path: 'options' }),
    )
  })

  test('name the option that was meant', () => {
    expect(() => memory({ busyTimout: 1 } as object)).toThrow(/"busyTimeout"/)
  })

  test.each([-1, 1.5, Number.NaN, 2 ** 31, '5', null])('take no %s for a time', (busyTimeout) => {
    expect(() => memory({ busyTimeout } as object)).toThrow(expect.objectContaining({ path: 'busyTimeout' }))
  })
})

function fail(): never {
  throw new Error('not to be read')
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
