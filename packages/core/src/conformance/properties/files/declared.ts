import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../../database/database-types.js'
import { tableFromDefinition } from '../../../schema/table.js'
import { limits } from '../../../schema/limits.js'
import type { FileCompression, FileFormat, LogicalType } from '../../../schema/types.js'
import type { Bench } from '../../bench.js'
import { boundaryValues } from '../../generate/boundaries.js'
import { describeType, everyType } from '../../generate/types.js'
import { fixedProperty } from '../../property.js'
import { expectRefusal, expectRows, expectSame } from '../../report/expect.js'
import { handleOf } from '../../untyped.js'
import { item, items, withItems } from '../items.js'
import { userValues, valueTable } from '../types/value-table.js'
import { inFolder } from './folder.js'

const formats: readonly FileFormat[] = ['csv', 'parquet', 'ndjson', 'json']
const compressions: Readonly<Record<FileCompression, string>> = { gzip: 'gz', zstd: 'zst' }

/** Files are read and written as declared, and without losing anything; what is denied is refused. */
export const filesAreAsDeclared = fixedProperty({
  name: 'files/declared',
  rules: ['FILE-1', 'FILE-3', 'FILE-4', 'FILE-5', 'FILE-6', 'FILE-7', 'FILE-8'],
  cases: [
    ...formats.map((format) => ({
      name: `${format} as declared`,
      check: (bench: Bench) => checkFormat(bench, format),
    })),
    ...(['gzip', 'zstd'] as const).map((compression) => ({
      name: `${compression} as declared`,
      check: (bench: Bench) => checkCompression(bench, compression),
    })),
    ...formats.flatMap((format) =>
      everyType.map((type) => ({
        name: `${describeType(type)} by way of ${format}`,
        rules: ['TYPE-11'],
        check: (bench: Bench) => checkType(bench, format, type),
      })),
    ),
  ],
})

/** Text in CSV means what it says or is refused, and a refusal changes nothing. */
export const csvIsReadStrictly = fixedProperty({
  name: 'files/csv',
  rules: ['FILE-2', 'FILE-3', 'FILE-4', 'FILE-5', 'FILE-7'],
  cases: [
    { name: 'null, empty, quoted and in any order', check: checkText },
    { name: 'what is refused changes nothing', check: checkRefusals },
    { name: 'what is too large is told from what is no value', rules: ['TYPE-10'], check: checkLimits },
    { name: 'rules of the table', check: checkRules },
  ],
})

async function checkFormat(bench: Bench, format: FileFormat): Promise<void> {
  await inFolder((folder) =>
    withItems(bench, [item(1), item(2), item(3)], async (database, table) => {
      const { query, export: written } = database.capabilities.files
      const path = join(folder, `items.${format}`)
      const newest = table.orderBy((row) => row['id']!.desc()).limit(2)
      if (!written.includes(format)) {
        await expectRefusal('an export', 'UNSUPPORTED', () => newest.exportFile(path))
        bench.tally.see('verified absent')
      } else {
        expectSame('what an export gives', await newest.exportFile(path), { rows: 2 })
        await expectRefusal('an export over a file', 'INVALID_ARGUMENT', () => table.exportFile(path))
        expectSame('rows written over', await newest.exportFile(path, { overwrite: true }), { rows: 2 })
      }
      expectSame('files made', await readdir(folder), written.includes(format) ? [`items.${format}`] : [])
      if (!query.includes(format)) {
        const options = { table: tableFromDefinition(items) }
        await expectRefusal('an import', 'UNSUPPORTED', () => table.importFile(path))
        await expectRefusal('a query of a file', 'UNSUPPORTED', () => database.file(path, options))
        bench.tally.see('verified absent')
      }
    }),
  )
}

/** What is packed is so as its name says, or as is stated, and never by what it holds. */
async function checkCompression(bench: Bench, compression: FileCompression): Promise<void> {
  await inFolder((folder) =>
    withItems(bench, [item(1), item(2), item(3)], async (database, table) => {
      const { query, export: written, compression: known } = database.capabilities.files
      for (const format of formats) {
        if (!query.includes(format) || !written.includes(format)) continue
        const path = join(folder, `items.${format}.${compressions[compression]}`)
        const declared = { table: tableFromDefinition(items) }
        if (!known.includes(compression)) {
          await expectRefusal('a packed export', 'UNSUPPORTED', () => table.exportFile(path))
          await expectRefusal('a query of a packed file', 'UNSUPPORTED', () => database.file(path, declared))
          bench.tally.see('verified absent')
          continue
        }
        const rows = await table.all()
        expectSame('rows written', await table.exportFile(path), { rows: rows.length })
        const file = await database.file(path, declared)
        expectRows('rows of the packed file', await file.all(), rows)
        const unpacked = { ...declared, format, compression: 'none' } as const
        await expectRefusal('a packed file as one that is not', 'INVALID_DATA', async () => {
          const misread = await database.file(path, unpacked)
          return misread.all()
        })
        expectSame('rows replaced', await table.importFile(path, { onConflict: 'replace' }), {
          rows: rows.length,
        })
      }
    }),
  )
}

async function checkType(bench: Bench, format: FileFormat, type: LogicalType): Promise<void> {
  const definition = valueTable(type)
  const rows = [...userValues(type, boundaryValues(type)), null].map((value, id) => ({ id, value }))
  const database = await bench.shared()
  const { query, export: written } = database.capabilities.files
  if (!query.includes(format) || !written.includes(format)) return
  await inFolder(async (folder) => {
    const path = join(folder, `values.${format}`)
    await database.ensure(tableFromDefinition(definition))
    const table = handleOf(database, definition)
    await table.insert(rows)
    expectSame('rows written', await table.exportFile(path), { rows: rows.length })
    const file = await database.file(path, { table: tableFromDefinition(definition) })
    expectRows('rows of the file', await file.all(), rows)
    await table.clear()
    expectSame('rows imported', await table.importFile(path), { rows: rows.length })
    expectRows('rows of the table', await table.all(), rows)
    await database.drop(definition.name)
  })
}

/** Does the work where CSV can be read: `write` makes a file and gives its path. */
async function withCsv(
  bench: Bench,
  work: (database: Database, write: (content: string) => Promise<string>) => Promise<void>,
): Promise<void> {
  const database = await bench.shared()
  if (!database.capabilities.files.query.includes('csv')) {
    bench.tally.see('verified absent')
    return
  }
  await inFolder((folder) =>
    work(database, async (content) => {
      const path = join(folder, 'file.csv')
      await writeFile(path, content)
      return path
    }),
  )
}

const texts = valueTable({ name: 'text' })

async function checkText(bench: Bench): Promise<void> {
  await withCsv(bench, async (database, write) => {
    await database.ensure(tableFromDefinition(texts))
    const table = handleOf(database, texts)
    const path = await write('value,id\r\n,1\r\n"",2\r\n" a""b,\n",3\r\n c ,4\r\nnull,5')
    const rows = [
      { id: 1, value: null },
      { id: 2, value: '' },
      { id: 3, value: ' a"b,\n' },
      { id: 4, value: ' c ' },
      { id: 5, value: 'null' },
    ]
    const file = await database.file(path, { table: tableFromDefinition(texts) })
    expectRows('rows of the file', await file.all(), rows)
    expectRows('rows of the file, later', await file.offset(3).all(), rows.slice(3))
    expectSame('rows imported', await table.importFile(path), { rows: rows.length })
    expectRows('rows of the table', await table.all(), rows)
    await database.drop(texts.name)
  })
}

const refused: readonly string[] = [
  'id,value\n1,a,\n',
  'id,value\n1\n',
  'id,value\n1,"a\n',
  'id,value\n1,"a" \n',
  'id,value\n1, "a"\n',
  'id,value\n1,a\r2,b\r',
  'id,value\r\n1,a\n2,b\r\n',
  'id,value\n1,a\0\n',
  ...[' 1', '+1', '1e0', '1.0', '0x1', '1_0', '01', '-0', '', 'a', '9007199254740992'].map(
    (id) => `id,value\n7,x\n${id},a\n`,
  ),
]

async function checkRefusals(bench: Bench): Promise<void> {
  await withCsv(bench, async (database, write) => {
    await database.ensure(tableFromDefinition(texts))
    const table = handleOf(database, texts)
    for (const content of refused) {
      const path = await write(content)
      const what = JSON.stringify(content)
      await expectRefusal(`the import of ${what}`, ['INVALID_DATA', 'INVALID_VALUE'], () =>
        table.importFile(path),
      )
      await expectRefusal(`a query of ${what}`, 'INVALID_DATA', async () => {
        const file = await database.file(path, { table: tableFromDefinition(texts) })
        return file.all()
      })
    }
    expectSame('rows kept', await table.count(), 0)
    await database.drop(texts.name)
  })
}

const tooLarge: readonly (readonly [type: LogicalType, value: string])[] = [
  [{ name: 'text' }, 'x'.repeat(limits.maxValueBytes + 1)],
  [{ name: 'json' }, '['.repeat(limits.maxJsonDepth + 1) + ']'.repeat(limits.maxJsonDepth + 1)],
]

async function checkLimits(bench: Bench): Promise<void> {
  await withCsv(bench, async (database, write) => {
    for (const [type, value] of tooLarge) {
      const definition = valueTable(type)
      await database.ensure(tableFromDefinition(definition))
      const table = handleOf(database, definition)
      const path = await write(`id,value\n1,\n2,${value}\n`)
      await expectRefusal(`the import of a ${type.name}`, 'LIMIT_EXCEEDED', () => table.importFile(path))
      await expectRefusal(`a query of a ${type.name}`, 'LIMIT_EXCEEDED', async () => {
        const file = await database.file(path, { table: tableFromDefinition(definition) })
        return file.all()
      })
      expectSame('rows kept', await table.count(), 0)
      await database.drop(definition.name)
    }
  })
}

async function checkRules(bench: Bench): Promise<void> {
  await withCsv(bench, async (_database, write) => {
    await withItems(bench, [item(1)], async (_, table) => {
      const refuse = async (what: string, codes: Parameters<typeof expectRefusal>[1], content: string) => {
        const path = await write(content)
        await expectRefusal(what, codes, () => table.importFile(path))
        expectSame(`rows after ${what}`, await table.all(), [item(1)])
      }
      await refuse('an unknown column', 'UNKNOWN_COLUMN', 'id,label,colour\n2,i2,red\n')
      await refuse('a column too few', 'SCHEMA_MISMATCH', 'id\n2\n')
      await refuse('a null', 'INVALID_VALUE', 'id,label\n2,i2\n3,\n')
      await refuse('a key that is there', 'DUPLICATE_KEY', 'id,label\n2,i2\n1,i1\n')
      await refuse('a key twice', 'DUPLICATE_KEY', 'id,label\n2,i2\n2,i2\n')
      await refuse('a failed check', 'CHECK_VIOLATION', 'id,label,amount\n2,i2,2\n3,i3,-1\n')
      await refuse('a unique value twice', 'UNIQUE_VIOLATION', 'id,label,code\n2,i2,a\n3,i3,a\n')
      const path = await write('edition,label,id\n9,i2,2\n9,i3,3\n')
      expectSame('rows imported', await table.importFile(path), { rows: 2 })
      const rows = [item(1), item(2, { amount: null }), item(3, { amount: null })]
      expectSame('the rows', await table.all(), rows)
      expectSame('rows skipped', await table.importFile(path, { onConflict: 'skip' }), { rows: 0 })
      expectSame('rows replaced', await table.importFile(path, { onConflict: 'replace' }), { rows: 2 })
      expectSame('a replaced row', await table.get(3), item(3, { amount: null, edition: 2 }))
    })
  })
}
