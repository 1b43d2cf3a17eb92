import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../../database/database-types.js'
import { tableFromDefinition } from '../../../schema/table.js'
import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { expectRefusal, expectRows, expectSame } from '../../report/expect.js'
import { handleOf } from '../../untyped.js'
import { valueTable } from '../types/value-table.js'
import { inFolder } from './folder.js'

const formats = ['ndjson', 'json'] as const

/** Objects mean what they say or are refused, and a refusal changes nothing. */
export const jsonIsReadStrictly = fixedProperty({
  name: 'files/json',
  rules: ['FILE-3', 'FILE-4', 'FILE-5', 'FILE-8'],
  cases: formats.flatMap((format) => [
    { name: `${format}: null, absent, in any order`, check: (bench: Bench) => checkObjects(bench, format) },
    { name: `${format}: refused`, check: (bench: Bench) => checkRefusals(bench, format) },
  ]),
})

type Format = (typeof formats)[number]
type Write = (...objects: readonly string[]) => Promise<string>

const texts = valueTable({ name: 'text' })

/** Does the work where the format can be read: `write` makes a file and gives its path. */
async function withJson(
  bench: Bench,
  format: Format,
  work: (database: Database, write: Write) => Promise<void>,
): Promise<void> {
  const database = await bench.shared()
  if (!database.capabilities.files.query.includes(format)) {
    bench.tally.see('verified absent')
    return
  }
  await inFolder(async (folder) => {
    const path = join(folder, `file.${format}`)
    await database.ensure(tableFromDefinition(texts))
    await work(database, async (...objects) => {
      await writeFile(path, format === 'json' ? `[${objects.join(', ')}]` : objects.join('\n'))
      return path
    })
    await database.drop(texts.name)
  })
}

async function checkObjects(bench: Bench, format: Format): Promise<void> {
  await withJson(bench, format, async (database, write) => {
    const table = handleOf(database, texts)
    const declared = { table: tableFromDefinition(texts) }
    const path = await write(
      '{"value": null, "id": 1}',
      '{"id": 2}',
      '{"id": 3, "value": ""}',
      '{"value": " a\\"b,\\n", "id": 4}',
      '{"id": 5, "value": "null"}',
    )
    const rows = [null, null, '', ' a"b,\n', 'null'].map((value, index) => ({ id: index + 1, value }))
    const file = await database.file(path, declared)
    expectRows('rows of the file', await file.all(), rows)
    expectRows('rows of the file, later', await file.offset(3).all(), rows.slice(3))
    expectSame('rows imported', await table.importFile(path), { rows: rows.length })
    expectRows('rows of the table', await table.all(), rows)
    const wider = await database.file(await write('{"id": 1, "value": "a", "other": [1]}'), declared)
    expectRows('rows with a member more', await wider.all(), [{ id: 1, value: 'a' }])
    const empty = await write()
    const nothing = await database.file(empty, declared)
    expectRows('rows of no objects', await nothing.all(), [])
    expectSame('rows imported of no objects', await table.importFile(empty), { rows: 0 })
  })
}

const refused: readonly string[] = [
  '{"id": 1, "value": 5}',
  '{"id": 1, "value": ["a"]}',
  '{"id": "1", "value": "a"}',
  '{"id": 1.5}',
  '{"id": true}',
  '{"id": 9007199254740992}',
  '{"id": null, "value": "a"}',
  '{"value": "a"}',
  '{"id": 1, "value": "a"',
  '[1, "a"]',
  'id',
]

async function checkRefusals(bench: Bench, format: Format): Promise<void> {
  await withJson(bench, format, async (database, write) => {
    const table = handleOf(database, texts)
    for (const object of refused) {
      const path = await write('{"id": 7, "value": "x"}', object)
      const codes = ['INVALID_DATA', 'INVALID_VALUE'] as const
      await expectRefusal(`the import of ${object}`, codes, () => table.importFile(path))
      await expectRefusal(`a query of ${object}`, 'INVALID_DATA', async () => {
        const file = await database.file(path, { table: tableFromDefinition(texts) })
        return file.all()
      })
    }
    const stranger = await write('{"id": 1, "value": "a"}', '{"id": 2, "colour": "red"}')
    await expectRefusal('an unknown column', 'UNKNOWN_COLUMN', () => table.importFile(stranger))
    const lacking = await write('{"value": "a"}')
    await expectRefusal('a column too few', 'SCHEMA_MISMATCH', () => table.importFile(lacking))
    expectSame('rows kept', await table.count(), 0)
  })
}
