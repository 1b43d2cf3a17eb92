import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HoldfastError, isHoldfastError } from '../../src/backend/errors.js'
import type { LogicalType } from '../../src/schema/types.js'
import { checkStored, isStored, toStored, toUser } from '../../src/schema/values.js'
import { logicalType, plainDocument, userValue } from './arbitraries.js'
import { garbage, hostileValues } from './hostile.js'

const typed = logicalType.chain((type) => userValue(type).map((value) => ({ type, value })))

/** What the caller gets back for a value (TYPE-2, TYPE-3, TYPE-8, TYPE-9, TYPE-11), written anew. */
function expected(type: LogicalType, value: unknown): unknown {
  if (Object.is(value, -0)) return 0
  if (type.name === 'bytes') return new Uint8Array(value as Uint8Array)
  if (type.name === 'uuid') return (value as string).toLowerCase()
  if (type.name === 'json') return plainDocument(value)
  return type.name === 'decimal' ? plainDecimal(value as string, type.scale) : value
}

function plainDecimal(value: string, scale: number): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*([0-9]*)\.?([0-9]*)$/.exec(value) ?? []
  const digits = fraction.padEnd(scale, '0')
  const zero = /^0*$/.test(whole + digits)
  return `${zero ? '' : sign}${whole || '0'}${scale === 0 ? '' : `.${digits}`}`
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return error.code
  }
}

describe('every type', () => {
  test('gives a value back equal and of the same JavaScript type', () => {
    fc.assert(
      fc.property(typed, ({ type, value }) => {
        const stored = toStored(type, value, 'value')
        expect(isStored(type, stored)).toBe(true)
        expect(toUser(type, stored)).toStrictEqual(expected(type, value))
      }),
      { numRuns: 3000 },
    )
  })

  test('stores a value that it gave back as it did before', () => {
    fc.assert(
      fc.property(typed, ({ type, value }) => {
        const stored = toStored(type, value, 'value')
        expect(toStored(type, toUser(type, stored), 'value')).toStrictEqual(stored)
      }),
      { numRuns: 1000 },
    )
  })

  test('refuses garbage with a typed error, or stores it in its stored form', () => {
    fc.assert(
      fc.property(logicalType, garbage(), (type, { value }) => {
        try {
          expect(isStored(type, toStored(type, value, 'place'))).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError)
          expect(['INVALID_VALUE', 'LIMIT_EXCEEDED']).toContain((error as HoldfastError).code)
          expect((error as HoldfastError).path).toMatch(/^place/)
        }
      }),
      { numRuns: 5000 },
    )
  })

  test('refuses what an engine returns in another form', () => {
    fc.assert(
      fc.property(typed, logicalType, ({ type, value }, other) => {
        const stored = toStored(type, value, 'value')
        const refused = codeOf(() => checkStored(other, stored, 'row.a'))
        expect(refused).toBe(isStored(other, stored) ? undefined : 'INVALID_DATA')
      }),
      { numRuns: 1000 },
    )
    for (const type of fc.sample(logicalType, { numRuns: 50, seed: 1 })) {
      for (const value of hostileValues()) expect(typeof isStored(type, value)).toBe('boolean')
    }
  })
})

const decimal = { name: 'decimal', precision: 4, scale: 2 } as const
const money = { name: 'decimal', precision: 18, scale: 0 } as const
const milliseconds = { name: 'timestamp', unit: 'ms' } as const
const microseconds = { name: 'timestamp', unit: 'us' } as const
const bigText = 'x'.repeat(16 * 1024 * 1024)

describe('the edges of the types', () => {
  const accepted: [LogicalType, unknown, unknown][] = [
    [{ name: 'integer' }, -0, 0],
    [{ name: 'double' }, -0, 0],
    [{ name: 'double' }, 2 ** 53, 2 ** 53],
    [decimal, '1.5', 150n],
    [decimal, '-12.30', -1230n],
    [decimal, '-0.0', 0n],
    [decimal, '0099.99', 9999n],
    [money, '999999999999999999', 999999999999999999n],
    [{ name: 'decimal', precision: 2, scale: 2 }, '-0.99', -99n],
    [{ name: 'text' }, '', ''],
    [{ name: 'text' }, '\u{10ffff}', '\u{10ffff}'],
    [{ name: 'text' }, bigText, bigText],
    [{ name: 'date' }, '0001-01-01', '0001-01-01'],
    [{ name: 'date' }, '2000-02-29', '2000-02-29'],
    [milliseconds, new Date('9999-12-31T23:59:59.999Z'), 253_402_300_799_999],
    [milliseconds, new Date('0001-01-01T00:00:00.000Z'), -62_135_596_800_000],
    [milliseconds, new Date(-0), 0],
    [microseconds, 253_402_300_799_999_999n, 253_402_300_799_999_999n],
    [{ name: 'uuid' }, 'ABCDEF01-2345-6789-abcd-ef0123456789', 'abcdef01-2345-6789-abcd-ef0123456789'],
    [{ name: 'json' }, { b: 1, a: [-0, 'é"\n', null] }, '{"a":[0,"é\\"\\n",null],"b":1}'],
    [{ name: 'json' }, 'text', '"text"'],
    [{ name: 'json' }, { a: undefined }, '{}'],
  ]
  test.each(accepted)('%o stores %o', (type, value, stored) => {
    expect(Object.is(toStored(type, value, 'value'), stored)).toBe(true)
  })

  const refused: [LogicalType, unknown][] = [
    [{ name: 'boolean' }, 1],
    [{ name: 'integer' }, 2 ** 53],
    [{ name: 'integer' }, 1n],
    [{ name: 'integer' }, '1'],
    [{ name: 'bigint' }, 1],
    [{ name: 'bigint' }, 2n ** 63n],
    [{ name: 'double' }, NaN],
    [{ name: 'double' }, -Infinity],
    [decimal, 1.5],
    [decimal, '1.500'],
    [decimal, '100'],
    [decimal, '1e1'],
    [decimal, ''],
    [money, '1000000000000000000'],
    [{ name: 'text' }, 'a\0'],
    [{ name: 'text' }, '\ud83d'],
    [{ name: 'bytes' }, [1]],
    [{ name: 'bytes' }, 'a'],
    [{ name: 'date' }, '1900-02-29'],
    [{ name: 'date' }, '2023-04-31'],
    [{ name: 'date' }, '0000-12-31'],
    [{ name: 'date' }, '10000-01-01'],
    [{ name: 'date' }, '2023-1-01'],
    [{ name: 'date' }, new Date(0)],
    [milliseconds, new Date(NaN)],
    [milliseconds, new Date(253_402_300_800_000)],
    [milliseconds, 0],
    [milliseconds, '2024-01-01'],
    [microseconds, 253_402_300_800_000_000n],
    [microseconds, new Date(0)],
    [{ name: 'uuid' }, 'abcdef0123456789abcdef0123456789'],
    [{ name: 'json' }, null],
    [{ name: 'json' }, 2 ** 53],
    [{ name: 'json' }, 1n],
    [{ name: 'json' }, [undefined]],
    [{ name: 'json' }, new Date(0)],
    [{ name: 'json' }, { '\0': 1 }],
    [{ name: 'json' }, ['\ud800']],
  ]
  test.each(refused)('%o refuses %o', (type, value) => {
    expect(codeOf(() => toStored(type, value, 'value'))).toBe('INVALID_VALUE')
  })

  test('large values are over the limit', () => {
    expect(codeOf(() => toStored({ name: 'text' }, `${bigText}x`, 'value'))).toBe('LIMIT_EXCEEDED')
    expect(codeOf(() => toStored({ name: 'text' }, 'é'.repeat(9 * 1024 * 1024), 'value'))).toBe(
      'LIMIT_EXCEEDED',
    )
    expect(codeOf(() => toStored({ name: 'bytes' }, new Uint8Array(bigText.length + 1), 'value'))).toBe(
      'LIMIT_EXCEEDED',
    )
    expect(codeOf(() => toStored({ name: 'json' }, bigText, 'value'))).toBe('LIMIT_EXCEEDED')
    expect(codeOf(() => toStored({ name: 'text' }, 'abc', 'value', { maxBytes: 2 }))).toBe('LIMIT_EXCEEDED')
  })

  test('bytes are copied both ways, and always plain', () => {
    const given = Buffer.from([1, 2])
    const stored = toStored({ name: 'bytes' }, given, 'value') as Uint8Array
    const returned = toUser({ name: 'bytes' }, stored) as Uint8Array
    given[0] = 9
    returned[1] = 9
    expect(stored).toStrictEqual(new Uint8Array([1, 2]))
    expect(Object.getPrototypeOf(returned)).toBe(Uint8Array.prototype)
  })

  test('messages say what is wrong and give no text away', () => {
    const message = (type: LogicalType, value: unknown) => {
      try {
        toStored(type, value, 'rows[3].pin')
      } catch (error) {
        return (error as Error).message
      }
      return undefined
    }
    expect(message({ name: 'integer' }, 1.5)).toBe(
      'rows[3].pin must be a safe integer (a number within ±(2^53 − 1)), not the number 1.5',
    )
    expect(message({ name: 'date' }, 'hunter2')).toBe(
      "rows[3].pin must be a day as 'YYYY-MM-DD' of the years 0001 to 9999, not a text of 7 characters",
    )
    expect(message({ name: 'integer' }, Promise.resolve(1))).toContain('a promise: await it first')
    expect(message({ name: 'json' }, { a: [1, { b: NaN }] })).toBe(
      'rows[3].pin.a[1].b: NaN is no JSON number',
    )
  })
})
