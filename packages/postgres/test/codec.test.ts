import {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  double,
  integer,
  json,
  open,
  table,
  text,
  timestamp,
  uuid,
} from '@holdfast/core'
import type { InsertOf } from '@holdfast/core'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { postgres } from '../src/index.js'
import { freshOptions } from './schemas.js'

afterEach(() => void vi.unstubAllGlobals())

const everything = table('everything', {
  id: integer().primaryKey(),
  flag: boolean().nullable(),
  whole: integer().nullable(),
  big: bigint().nullable(),
  real: double().nullable(),
  price: decimal(18, 5).nullable(),
  count: decimal(18, 0).nullable(),
  share: decimal(18, 18).nullable(),
  name: text().nullable(),
  blob: bytes().nullable(),
  day: date().nullable(),
  at: timestamp().nullable(),
  precise: timestamp('us').nullable(),
  token: uuid().nullable(),
  doc: json().nullable(),
})
type Row = InsertOf<typeof everything>

const firstInstant = -62_135_596_800_000
const lastInstant = 253_402_300_799_999
const instant = fc.oneof(
  fc.integer({ min: firstInstant, max: lastInstant }),
  fc.constantFrom(firstInstant, lastInstant, 0, -1, 1, 946_684_800_000, 946_684_799_999),
)
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 32n, -(2n ** 32n), 0n),
)
const scaled = (scale: number) =>
  fc
    .oneof(
      fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }),
      fc.bigInt({ min: -100_000n, max: 100_000n }),
    )
    .map((unscaled) => {
      const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
      const whole = `${unscaled < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}`
      return scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`
    })
const characters = fc.oneof(
  fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '')),
  fc.constantFrom(
    '',
    "'",
    '"',
    '\\',
    '\\\\x',
    '{}',
    '{"a"}',
    'NULL',
    'a,b',
    '\u{10ffff}',
    '\ufeff',
    '$1',
    "E'\\n'",
    '\n\r\t\v\u0001',
  ),
)
/** A document as contract has it: without NUL, and without integers that are no safe ones. */
const document = (value: unknown) =>
  JSON.parse(JSON.stringify(value).replaceAll('\\u0000', ''), (_, part: unknown) =>
    Number.isInteger(part) && !Number.isSafeInteger(part) ? 1.5 : part,
  ) as never
const values = fc.record({
  flag: fc.option(fc.boolean()),
  whole: fc.option(fc.maxSafeInteger()),
  big: fc.option(int64),
  real: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
  price: fc.option(scaled(5)),
  count: fc.option(scaled(0)),
  share: fc.option(scaled(18)),
  name: fc.option(characters),
  blob: fc.option(fc.uint8Array({ maxLength: 300 })),
  day: fc.option(instant.map((value) => new Date(value).toISOString().slice(0, 10))),
  at: fc.option(instant.map((value) => new Date(value))),
  precise: fc.option(
    fc
      .tuple(instant, fc.integer({ min: 0, max: 999 }))
      .map(([value, rest]) => BigInt(value) * 1000n + BigInt(rest)),
  ),
  token: fc.option(fc.uuid()),
  doc: fc.option(
    fc
      .jsonValue({ maxDepth: 3 })
      .filter((value) => value !== null)
      .map(document),
  ),
})

/** Numbers that JSON does not tell apart come back as one. */
const expected = (row: Row) => ({
  ...row,
  doc: row.doc == null ? null : (JSON.parse(JSON.stringify(row.doc)) as unknown),
})

async function everyWayAgrees(runs: number): Promise<void> {
  const database = await open(postgres(freshOptions()))
  await database.ensure(everything)
  const handle = database.table(everything)
  await fc.assert(
    fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 20 }), async (given) => {
      const rows = given.map((row, id): Row => ({ id, ...row }))
      const copies = Math.ceil(200 / rows.length)
      const many = Array.from({ length: copies }, (_, copy) =>
        rows.map((row) => ({ ...row, id: row.id + copy * rows.length })),
      ).flat()
      const ways: readonly (readonly [string, readonly Row[], () => Promise<unknown>])[] = [
        ['rows as parameters', rows, async () => Promise.all(rows.map((row) => handle.insert(row)))],
        ['rows as arrays', rows, () => handle.put(rows)],
        ['rows by COPY', many, () => handle.insert(many)],
        [
          'patches',
          rows,
          async () => {
            await handle.insert(rows.map(({ id }) => ({ id })))
            await handle.patchMany(rows.map(({ id, ...set }) => ({ key: id, set })))
          },
        ],
      ]
      for (const [way, written, write] of ways) {
        await handle.clear()
        await write()
        const wanted = written.map(expected)
        const found = {
          all: await handle.all(),
          streamed: await Array.fromAsync(handle.stream()),
          inside: await database.transaction((tx) => Array.fromAsync(tx.table(everything).stream())),
          many: await handle.getMany(written.map(({ id }) => id)),
          single: [await handle.get(0)],
        }
        for (const [read, answer] of Object.entries(found)) {
          expect([way, read, answer]).toEqual([way, read, read === 'single' ? wanted.slice(0, 1) : wanted])
        }
      }
      // Values in conditions, of prepared statements and of those of streams, which are not.
      for (const row of rows) {
        const same = handle.where((column) =>
          column.id
            .lt(rows.length)
            .and(column.name.isDistinctFrom(row.name ?? null).not())
            .and(column.blob.isDistinctFrom(row.blob ?? null).not())
            .and(column.precise.isDistinctFrom(row.precise ?? null).not())
            .and(column.price.isDistinctFrom(row.price ?? null).not())
            .and(column.token.isDistinctFrom(row.token ?? null).not())
            .and(column.doc.isDistinctFrom((row.doc ?? null) as never).not()),
        )
        const [all, streamed] = [await same.all(), await Array.fromAsync(same.stream())]
        expect(all.map(({ id }) => id)).toContain(row.id)
        expect(streamed).toEqual(all)
      }
    }),
    { numRuns: runs },
  )
  await database.close()
}

test(
  'every value comes back as it was, whichever way it is written and read',
  () => everyWayAgrees(60),
  120_000,
)

test('also where the process allows no code from texts', async () => {
  vi.stubGlobal(
    'Function',
    class {
      constructor() {
        throw new EvalError('Code generation from strings disallowed for this context')
      }
    },
  )
  await everyWayAgrees(5)
}, 60_000)

test('lists hold whatever values do', async () => {
  const database = await open(postgres(freshOptions()))
  await database.ensure(everything)
  const handle = database.table(everything)
  const names = ['', "'", '"', '\\', 'a,b', '{}', 'NULL', 'null', ' a ', '\n', '\u{10ffff}']
  const blobs = [new Uint8Array(), Uint8Array.of(0), Uint8Array.of(92, 34, 39)]
  await handle.insert([
    ...names.map((name, id) => ({ id, name })),
    ...blobs.map((blob, index) => ({ id: 100 + index, blob })),
  ])
  for (const [index, name] of names.entries()) {
    const found = handle.where((row) => row.name.in([name, 'nobody']))
    expect((await found.all()).map(({ id }) => id)).toEqual([index])
    expect((await Array.fromAsync(found.stream())).map(({ id }) => id)).toEqual([index])
  }
  expect(await handle.where((row) => row.name.in(names)).count()).toBe(names.length)
  expect(await handle.where((row) => row.blob.in(blobs)).count()).toBe(blobs.length)
  expect(await handle.where((row) => row.name.in([])).count()).toBe(0)
  await database.close()
})
