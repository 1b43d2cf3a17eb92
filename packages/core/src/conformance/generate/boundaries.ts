import type { LogicalType, StoredValue } from '../../schema/types.js'

const firstMillisecond = -62_135_596_800_000
const lastMillisecond = 253_402_300_799_999

/** Instants at which a calendar, a time zone or a unit is most likely to be got wrong, in milliseconds. */
const instants: readonly number[] = [
  firstMillisecond,
  lastMillisecond,
  0,
  -1,
  1,
  999,
  -999,
  // The two changes of the clock in Europe and in New York, and the second before.
  Date.UTC(2024, 2, 31, 1),
  Date.UTC(2024, 2, 31, 0, 59, 59, 999),
  Date.UTC(2024, 9, 27, 1),
  Date.UTC(2024, 10, 3, 6),
  Date.UTC(2024, 2, 10, 7),
  // Leap days, ends of ISO years, the ends of 32-bit time.
  Date.UTC(2024, 1, 29, 23, 59, 59, 999),
  Date.UTC(2000, 1, 29, 12, 30),
  Date.UTC(2021, 0, 3, 18),
  Date.UTC(2024, 11, 30),
  Date.UTC(2038, 0, 19, 3, 14, 7),
  Date.UTC(1901, 11, 13, 20, 45, 52),
  Date.UTC(1582, 9, 10),
]

const dates: readonly string[] = [
  '0001-01-01',
  '0001-01-07',
  '0004-02-29',
  '0099-12-31',
  '1582-10-10',
  '1900-03-01',
  '1969-12-31',
  '1970-01-01',
  '2000-02-29',
  '2020-12-31',
  '2021-01-03',
  '2024-02-29',
  '2024-12-30',
  '2038-01-19',
  '9999-12-31',
]

const texts: readonly string[] = [
  '',
  ' ',
  'a',
  'A',
  'b',
  'ab',
  'aB',
  'a ',
  ' a',
  'a%',
  '%',
  '_',
  'a_b',
  '\\',
  '\\%',
  '*',
  '?',
  '[a-z]',
  "'",
  "it''s",
  '"',
  '`',
  '$1',
  '?1',
  ':a',
  '--',
  "'; DROP TABLE t; --",
  '0',
  '00',
  '456',
  '1e3',
  'null',
  'NULL',
  'true',
  '[0]',
  '{"a":1}',
  '\t',
  '\n',
  '\r\n',
  '\u001f',
  '\u007f',
  '\u00a0',
  '\u00c9',
  '\u00e9',
  'e\u0301',
  '\u0130',
  '\u0131',
  '\u00df',
  '\u1e9e',
  '\u03c2',
  '\u200d',
  '\ufeff',
  // In UTF-16 order the first of these two is greater, by code points the second.
  '\ue000',
  '\u{1f600}',
  '\u{1f600}a',
  'a\u{1f600}',
  '\ud7ff',
  '\uffff',
  '\u{10ffff}',
  'z'.repeat(64),
]

const documents: readonly string[] = [
  '{}',
  '[]',
  '""',
  '"a"',
  '"null"',
  '0',
  '1',
  '-1',
  '1.5',
  '5e-324',
  '1.7e-300',
  '9007199254740991',
  'true',
  'false',
  '[null]',
  '[0,1,2]',
  '[[],{}]',
  '{"":1}',
  '{"a":1}',
  '{"a":"x"}',
  '{"a":null}',
  '{"a":true}',
  '{"a":1.5}',
  '{"a":{"b":[1,{"c":"d"}]}}',
  '{"a":[10,20,30]}',
  '{"a":[]}',
  '{"a\\"b":2,"a.b":1}',
  '{"$":1,"0":"zero"}',
  '{"a":1,"b":2}',
  '{"\ue000":1,"\u{1f600}":2}',
]

const bytes: readonly (readonly number[])[] = [
  [],
  [0],
  [0, 0],
  [1],
  [0x61],
  [0x7f],
  [0x80],
  [0xff],
  [0xff, 0],
  [0xff, 0xff],
  [0xc3, 0x28],
  Array.from({ length: 256 }, (_, index) => index),
]

const integers: readonly number[] = [
  0,
  1,
  -1,
  2,
  -2,
  3,
  7,
  -7,
  10,
  127,
  128,
  255,
  256,
  32_767,
  -32_768,
  65_536,
  2_147_483_647,
  2_147_483_648,
  -2_147_483_648,
  -2_147_483_649,
  4_294_967_296,
  94_906_267,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER - 1,
  Number.MIN_SAFE_INTEGER,
]

const bigints: readonly bigint[] = [
  ...integers.map(BigInt),
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  2n ** 62n,
  2n ** 63n - 1n,
  2n ** 63n - 2n,
  -(2n ** 63n),
  -(2n ** 63n) + 1n,
]

const doubles: readonly number[] = [
  0,
  1,
  -1,
  0.5,
  -0.5,
  0.1,
  -7.5,
  2.5,
  1 / 3,
  1e-7,
  1e21,
  123_456_789.123,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  // Printed as 224734312586053700: the digits, read as an integer, are another number.
  224_734_312_586_053_696,
  2 ** 63,
  -(2 ** 63),
  5e-324,
  2.2250738585072014e-308,
  1.7976931348623157e308,
  -1.7976931348623157e308,
]

const uuids: readonly string[] = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '0190b6a0-0000-7000-8000-000000000001',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12',
]

/** Stored values at which engines and codecs are most likely to differ. All belong to the type. */
export function boundaryValues(type: LogicalType): readonly StoredValue[] {
  switch (type.name) {
    case 'boolean':
      return [false, true]
    case 'integer':
      return integers
    case 'bigint':
      return bigints
    case 'double':
      return doubles
    case 'decimal':
      return decimals(type.precision, type.scale)
    case 'text':
      return texts
    case 'bytes':
      return bytes.map((values) => Uint8Array.from(values))
    case 'date':
      return dates
    case 'timestamp':
      return type.unit === 'ms' ? instants : microseconds
    case 'uuid':
      return uuids
    case 'json':
      return documents
  }
}

const microseconds: readonly bigint[] = [
  ...instants.map((instant) => BigInt(instant) * 1000n),
  BigInt(lastMillisecond) * 1000n + 999n,
  -1n,
  1n,
  999n,
  -1001n,
]

function decimals(precision: number, scale: number): readonly bigint[] {
  const largest = 10n ** BigInt(precision) - 1n
  const one = 10n ** BigInt(scale)
  const values = [0n, 1n, -1n, one, -one, one * 2n, one / 2n, largest, -largest, largest - 1n, 2n ** 53n + 1n]
  return [...new Set(values)].filter((value) => value <= largest && value >= -largest)
}

/** Beyond a page of a database, and beyond what 16 bits count. */
const largeSizes: readonly number[] = [9000, 70_000]

/** Long values of the types that have them, none of more bytes than told. No two parts of one are alike. */
export function largeValues(type: LogicalType, maxBytes: number): readonly StoredValue[] {
  const sizes = largeSizes.filter((size) => size <= maxBytes)
  switch (type.name) {
    case 'text':
      return sizes.map(longText)
    case 'bytes':
      return sizes.map((size) => new TextEncoder().encode(longText(size)))
    case 'json':
      return sizes.map((size) => JSON.stringify([longText(size - 4)]))
    default:
      return []
  }
}

/** Six digits and two letters, of eleven bytes, again and again. */
function longText(bytes: number): string {
  const pieces = Math.floor(bytes / 11)
  return Array.from({ length: pieces }, (_, index) => `${String(index).padStart(6, '0')}\u00e9\u1e9e`).join(
    '',
  )
}
