import { join } from 'node:path'
import { date, text } from '../../../schema/columns.js'
import type { FileFormat, TableDefinition } from '../../../schema/types.js'
import { tableFromDefinition } from '../../../schema/table.js'
import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { expectRefusal, expectRows, expectSame } from '../../report/expect.js'
import { handleOf } from '../../untyped.js'
import { inFolder } from './folder.js'

const formats: readonly FileFormat[] = ['csv', 'parquet', 'ndjson', 'json']

/** What a file holds is found out exactly where an engine declares it, unless it is stated. */
export const typesAreInferred = fixedProperty({
  name: 'files/inferred',
  rules: ['FILE-6', 'FILE-9'],
  cases: formats.map((format) => ({
    name: format,
    check: (bench: Bench) => checkInference(bench, format),
  })),
})

const visits: TableDefinition = {
  name: 'visits',
  columns: [
    { name: 'id', type: { name: 'integer' }, nullable: false },
    { name: 'done', type: { name: 'boolean' }, nullable: true },
    { name: 'ratio', type: { name: 'double' }, nullable: true },
    { name: 'day', type: { name: 'date' }, nullable: true },
    { name: 'code', type: { name: 'text' }, nullable: true },
  ],
  primaryKey: ['id'],
  indexes: [],
  checks: [],
}

const rows = [
  { id: 1, done: true, ratio: 0.25, day: '2024-02-29', code: '007' },
  { id: 2, done: null, ratio: -1e-7, day: null, code: '' },
  { id: 3, done: false, ratio: null, day: '1999-12-31', code: null },
]

async function checkInference(bench: Bench, format: FileFormat): Promise<void> {
  const database = await bench.shared()
  const { query, export: written, infer } = database.capabilities.files
  if (!query.includes(format) || !written.includes(format)) {
    bench.tally.see('verified absent')
    return
  }
  await inFolder(async (folder) => {
    const path = join(folder, `visits.${format}`)
    await database.ensure(tableFromDefinition(visits))
    const table = handleOf(database, visits)
    await table.insert(rows)
    await table.exportFile(path)
    if (!infer.includes(format)) {
      await expectRefusal('a query without types', 'INVALID_ARGUMENT', () => database.file(path))
      bench.tally.see('verified absent')
    } else {
      const file = await database.file(path)
      const expected = visits.columns.map(({ name, type }) => ({ name, type, nullable: true }))
      expectSame('the columns', file.definition.columns, expected)
      expectRows('the rows', await file.orderBy((row) => row['id']!).all(), rows)
      const stated = await database.file(path, { columns: { day: date().nullable() } })
      expectSame('the columns, one of them stated', stated.definition.columns, expected)
      await expectRefusal('a column that is not there', 'UNKNOWN_COLUMN', () =>
        database.file(path, { columns: { dya: text() } }),
      )
      if (format !== 'parquet') {
        const asText = await database.file(path, { columns: { day: text().nullable() } })
        expectRows('the rows, days as texts', await asText.orderBy((row) => row['id']!).all(), rows)
        expectSame('the type of days', asText.definition.columns[3]!.type, { name: 'text' })
      }
    }
    await database.drop(visits.name)
  })
}
