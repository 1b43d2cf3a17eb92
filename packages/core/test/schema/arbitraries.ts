import fc from 'fast-check'
import type { LogicalType } from '../../src/schema/types.js'

/** Every logical type. */
export const logicalType: fc.Arbitrary<LogicalType> = fc.oneof(
  fc.constantFrom<LogicalType>(
    { name: 'boolean' },
    { name: 'integer' },
    { name: 'bigint' },
    { name: 'double' },
    { name: 'text' },
    { name: 'bytes' },
    { name: 'date' },
    { name: 'timestamp', unit: 'ms' },
    { name: 'timestamp', unit: 'us' },
    { name: 'uuid' },
    { name: 'json' },
  ),
  decimalType(),
)

function decimalType(): fc.Arbitrary<LogicalType> {
  return fc
    .integer({ min: 1, max: 18 })
    .chain((precision) =>
      fc.integer({ min: 0, max: precision }).map((scale) => ({ name: 'decimal', precision, scale }) as const),
    )
}

/** Texts of every width in UTF-8, with many near the places where UTF-16 order and code-point order part. */
export const storableText: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        'a',
        'b',
        '\u{7f}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{ffff}',
        '\u{10000}',
        '\u{10ffff}',
      ),
    }),
    fc.constantFrom('', ' ', '__proto__', "'; drop table t; --", '\\', '"', '\n', '\u{2028}'),
  )
  .map((value) => value.replaceAll('\0', ''))

const day = fc
  .date({
    min: new Date('0001-01-01T00:00:00.000Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  .map((value) => value.toISOString().slice(0, 10))

const jsonNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
  fc.constantFrom(0, -0, 0.1, 5e-324, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
)

/** JSON documents that are not null. */
export const jsonDocument: fc.Arbitrary<unknown> = fc
  .letrec((tie) => ({
    leaf: fc.oneof(storableText, jsonNumber, fc.boolean(), fc.constant(null)),
    node: fc.oneof(
      { depthSize: 'small' },
      tie('leaf'),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(storableText, tie('node'), { maxKeys: 4 }),
    ),
  }))
  .node.filter((value) => value !== null)

/** What a document comes back as: plain objects and arrays, −0 as 0. */
export function plainDocument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainDocument)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainDocument(member)]))
}

/** User values of a type, with many at its boundaries. */
export function userValue(type: LogicalType): fc.Arbitrary<unknown> {
  switch (type.name) {
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.oneof(
        fc.maxSafeInteger(),
        fc.constantFrom(0, -0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
      )
    case 'bigint':
      return fc.oneof(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.constantFrom(0n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n),
      )
    case 'double':
      return fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(0, -0, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53),
      )
    case 'decimal':
      return decimalText(type.precision, type.scale)
    case 'text':
      return storableText
    case 'bytes':
      return fc.oneof(fc.uint8Array(), fc.constant(new Uint8Array(0)), fc.constant(Buffer.from('kelp')))
    case 'date':
      return fc.oneof(
        day,
        fc.constantFrom('0001-01-01', '9999-12-31', '2000-02-29', '1600-02-29', '1970-01-01'),
      )
    case 'timestamp':
      return type.unit === 'us' ? microseconds : milliseconds
    case 'uuid':
      return fc.oneof(
        fc.uuid(),
        fc.uuid().map((value) => value.toUpperCase()),
        fc.constantFrom('00000000-0000-0000-0000-000000000000', 'FFFFffff-ffff-ffff-ffff-ffffffffffff'),
      )
    case 'json':
      return jsonDocument
  }
}

const milliseconds = fc
  .oneof(
    fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
    fc.constantFrom(-62_135_596_800_000, 253_402_300_799_999, 0, -1),
  )
  .map((value) => new Date(value))

const microseconds = fc.oneof(
  fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
  fc.constantFrom(-62_135_596_800_000_000n, 253_402_300_799_999_999n, 0n, -1n),
)

function decimalText(precision: number, scale: number): fc.Arbitrary<string> {
  const whole = precision - scale
  const digits = (maximum: number, minimum: number) =>
    fc.string({
      unit: fc.constantFrom(...'0123456789'),
      minLength: minimum,
      maxLength: Math.max(minimum, maximum),
    })
  const parts = fc.record({
    sign: fc.constantFrom('', '-'),
    zeros: fc.constantFrom('', '0', '000'),
    whole: whole === 0 ? fc.constant('0') : digits(whole, 1),
    fraction:
      scale === 0 ? fc.constant('') : fc.oneof(fc.constant(''), digits(scale, 1), digits(scale, scale)),
  })
  return fc.oneof(
    parts.map(
      ({ sign, zeros, whole, fraction }) => `${sign}${zeros}${whole}${fraction === '' ? '' : `.${fraction}`}`,
    ),
    fc
      .constantFrom('-', '')
      .map((sign) => sign + `${'9'.repeat(whole) || '0'}${scale === 0 ? '' : `.${'9'.repeat(scale)}`}`),
  )
}
