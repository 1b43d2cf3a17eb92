import {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  double,
  integer,
  json,
  table,
  text,
  timestamp,
  uuid,
} from '@holdfast/core'
import type { JsonValue } from '@holdfast/core'
import fc from 'fast-check'

/** A table with a column of every type. */
export const everything = table('everything', {
  id: integer().primaryKey(),
  flag: boolean().nullable(),
  big: bigint().nullable(),
  ratio: double().nullable(),
  price: decimal(18, 4).nullable(),
  whole: decimal(5, 0).nullable(),
  name: text().nullable(),
  data: bytes().nullable(),
  day: date().nullable(),
  at: timestamp().nullable(),
  fine: timestamp('us').nullable(),
  token: uuid().nullable(),
  doc: json().nullable(),
})

const firstInstant = Date.parse('0001-01-01T00:00:00.000Z')
const lastInstant = Date.parse('9999-12-31T23:59:59.999Z')

const spicy = fc.constantFrom(
  '',
  '"',
  '""',
  ',',
  ';',
  ' ',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '#',
  "'",
  '\\',
  '\ufeff',
  'null',
)
const texts = fc
  .array(fc.oneof(spicy, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 4 })
  .map((parts) => parts.join('').replaceAll('\0', ''))
const digits = (count: number) =>
  fc.bigInt({ min: -(10n ** BigInt(count)) + 1n, max: 10n ** BigInt(count) - 1n })

function fixed(scaled: bigint, scale: number): string {
  const sign = scaled < 0n ? '-' : ''
  const all = String(scaled < 0n ? -scaled : scaled).padStart(scale + 1, '0')
  return scale === 0 ? sign + all : `${sign}${all.slice(0, -scale)}.${all.slice(-scale)}`
}

const days = fc.date({ min: new Date(firstInstant), max: new Date(lastInstant), noInvalidDate: true })
const documents: fc.Arbitrary<JsonValue> = fc
  .jsonValue({ maxDepth: 3, stringUnit: 'binary' })
  .filter((value) => value !== null && acceptable(value))
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)

function acceptable(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER && !Object.is(value, -0)
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(
    ([key, item]) => key !== '__proto__' && acceptable(key) && acceptable(item),
  )
}

const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null, freq: 6 })

/** Rows of `everything`, whose keys are all different. */
export const rowsOfEverything = fc.uniqueArray(
  fc.record({
    id: fc.oneof(fc.integer(), fc.maxSafeInteger()),
    flag: orNull(fc.boolean()),
    big: orNull(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    ratio: orNull(fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0)),
    price: orNull(digits(18).map((value) => fixed(value, 4))),
    whole: orNull(digits(5).map((value) => fixed(value, 0))),
    name: orNull(texts),
    data: orNull(fc.uint8Array({ maxLength: 20 })),
    day: orNull(days.map((value) => value.toISOString().slice(0, 10))),
    at: orNull(days),
    fine: orNull(fc.bigInt({ min: BigInt(firstInstant) * 1000n, max: BigInt(lastInstant) * 1000n + 999n })),
    token: orNull(fc.uuid()),
    doc: orNull(documents),
  }),
  { selector: ({ id }) => id, maxLength: 30 },
)

/** As the rows come back: in the order of the key. */
export function inOrder<Row extends { readonly id: number }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((one, other) => one.id - other.id)
}
