/** A table with a column of every type, and rows of it. */

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
import { isStored, toStored } from '@holdfast/core/backend'
import type { StoredRow } from '@holdfast/core/backend'
import fc from 'fast-check'

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
const firstMicrosecond = BigInt(firstInstant) * 1000n
const lastMicrosecond = BigInt(lastInstant) * 1000n + 999n

const spicy = ['', '"', '""', ',', ';', '|', ' ', '\n', '\r\n', '\r', '\t', '\\', '\ufeff', 'null', '{', '[']
const piece = fc.oneof(fc.constantFrom(...spicy), fc.string({ unit: 'binary', maxLength: 4 }))

/** Texts that are awkward in files. */
export const texts = fc
  .array(piece, { maxLength: 5 })
  .map((parts) => parts.join('').replaceAll('\0', ''))
  .filter((value) => value.isWellFormed())

function fixed(scaled: bigint, scale: number): string {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(scale + 1, '0')
  const written = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return scaled < 0n ? `-${written}` : written
}

function decimals(precision: number, scale: number): fc.Arbitrary<string> {
  const most = 10n ** BigInt(precision) - 1n
  const extremes = fc.constantFrom(most, -most, 0n, 1n, -1n)
  return fc.oneof(extremes, fc.bigInt({ min: -most, max: most })).map((value) => fixed(value, scale))
}

const isDocument = (value: unknown) => {
  try {
    return value !== null && isStored({ name: 'json' }, toStored({ name: 'json' }, value, 'value'))
  } catch {
    return false
  }
}

const instants = fc.oneof(
  fc.constantFrom(new Date(firstInstant), new Date(lastInstant), new Date(-1), new Date(0)),
  fc.date({ min: new Date(firstInstant), max: new Date(lastInstant), noInvalidDate: true }),
)

const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null, freq: 6 })

/** Rows as a user has them. */
export const userRows = fc.array(
  fc.record({
    id: fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(2 ** 53 - 1, 1 - 2 ** 53)),
    flag: orNull(fc.boolean()),
    big: orNull(
      fc.oneof(
        fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      ),
    ),
    ratio: orNull(
      fc
        .oneof(
          fc.constantFrom(Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53 + 2, 1e21, 1e-7, 0.1),
          fc.double({ noDefaultInfinity: true, noNaN: true }),
        )
        .map((value) => value + 0),
    ),
    price: orNull(decimals(18, 4)),
    whole: orNull(decimals(5, 0)),
    name: orNull(texts),
    data: orNull(fc.uint8Array({ maxLength: 20 })),
    day: orNull(instants.map((value) => value.toISOString().slice(0, 10))),
    at: orNull(instants),
    fine: orNull(
      fc.oneof(
        fc.constantFrom(firstMicrosecond, lastMicrosecond, -1n, 0n),
        fc.bigInt({ min: firstMicrosecond, max: lastMicrosecond }),
      ),
    ),
    token: orNull(fc.uuid()),
    doc: orNull(
      fc
        .jsonValue({ maxDepth: 3, stringUnit: 'binary' })
        .filter(isDocument)
        .map((value) => JSON.parse(JSON.stringify(value)) as JsonValue),
    ),
  }),
  { maxLength: 30 },
)

export type UserRow = (typeof userRows extends fc.Arbitrary<infer Rows> ? Rows : never) extends (infer Row)[]
  ? Row
  : never

const { columns } = everything.definition

/** The stored form of a user's row. */
export function stored(row: UserRow): StoredRow {
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      const value = row[name as keyof UserRow]
      return [name, value === null ? null : toStored(type, value, name)]
    }),
  )
}
