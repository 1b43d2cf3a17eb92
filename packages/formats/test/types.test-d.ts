import { integer, open, table, text, timestamp } from '@holdfast/core'
import type { InsertOf } from '@holdfast/core'
import type { StoredRow } from '@holdfast/core/backend'
import { duckdb } from '@holdfast/duckdb'
import { expectTypeOf, test } from 'vitest'
import { readCsv, readJson, readNdjson, writeCsv } from '../src/index.js'
import type { RowReader } from '../src/index.js'

const items = table('items', {
  id: integer().primaryKey(),
  at: timestamp(),
  label: text().nullable(),
  colour: text().default('red'),
})
const { columns } = items.definition

test('rows for a table are what it takes', async () => {
  for (const read of [readCsv, readNdjson, readJson]) {
    expectTypeOf(read('', { table: items })).toEqualTypeOf<RowReader<InsertOf<typeof items>>>()
    expectTypeOf(read('', { table: items, form: 'user' })).toEqualTypeOf<RowReader<InsertOf<typeof items>>>()
    expectTypeOf(read('', { table: items, form: 'stored' })).toEqualTypeOf<RowReader<StoredRow>>()
    expectTypeOf(read('', { columns })).toEqualTypeOf<RowReader<Record<string, unknown>>>()
    expectTypeOf(read('', { columns, form: 'stored' })).toEqualTypeOf<RowReader<StoredRow>>()
  }
  const db = await open(duckdb({ path: ':memory:' }))
  await db.table(items).load(readCsv('', { table: items }))
  await db.table(items).insert(readNdjson(new Blob([]).stream(), { table: items }))
})

test('what a query gives can be written', async () => {
  const db = await open(duckdb({ path: ':memory:' }))
  writeCsv(db.table(items).stream(), { table: items })
  writeCsv(db.table(items).batches(), { table: items, separator: ';' })
  writeCsv(await db.table(items).all(), { columns })
})

test('what cannot be read or written', () => {
  // @ts-expect-error neither a table nor columns
  readCsv('', {})
  // @ts-expect-error both
  readCsv('', { table: items, columns })
  // @ts-expect-error no option of CSV
  readCsv('', { table: items, delimiter: ';' })
  // @ts-expect-error no separator of ours
  readCsv('', { table: items, separator: ' ' })
  // @ts-expect-error for CSV only
  readNdjson('', { table: items, header: false })
  // @ts-expect-error texts are no bytes
  readCsv(['id,label\n'], { table: items })
  // @ts-expect-error texts are no rows
  writeCsv(['a'], { table: items })
})
