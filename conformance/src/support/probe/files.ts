import { table, integer, text } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileActions } from '../capabilities.ts'
import type { FileAction } from '../capabilities.ts'
import type { Cell, Word } from '../types.ts'
import { freshItems, itemRows, items } from './items.ts'
import { parquetItems } from './parquet.ts'
import { expectAnswer, wordOf } from './trial.ts'
import type { Trial } from './trial.ts'

type Format = 'csv' | 'parquet'

/** The three rows as files that no engine here has written. */
const contents: Readonly<Record<Format, Uint8Array>> = {
  csv: Buffer.from('id,label,number\n1,the quick fox,5\n2,a slow dog,\n3,nobody,7\n'),
  parquet: Buffer.from(parquetItems, 'base64'),
}

/** Everything about files. They lie in a folder that is gone afterwards. */
export async function fileCells(trial: Trial): Promise<ReadonlyMap<FileAction, Cell>> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-support-'))
  try {
    const cells = new Map<FileAction, Cell>()
    for (const action of fileActions) {
      const [format, verb] = action.split(' ') as [Format, keyof typeof verbs]
      const path = join(folder, `${verb}.${format}`)
      if (verb !== 'export') await writeFile(path, contents[format])
      cells.set(action, await wordOf(() => verbs[verb](trial, path, format)))
    }
    return cells
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const verbs = { query: queryFile, import: importFile, export: exportFile } as const

/** The rows as text, since files may know wider types than ours. */
const asRead = table('items', { id: integer().primaryKey(), label: text(), number: integer().nullable() })

async function rowsOf(database: Database, path: string) {
  const file = await database.file(path, { table: asRead })
  return file.orderBy((row) => row.id)
}

async function queryFile({ database }: Trial, path: string): Promise<Word> {
  const query = await rowsOf(database, path)
  const { rows, stats } = await query.run()
  expectAnswer('rows of a file', rows, itemRows)
  return stats.nodesTaken > 0 ? 'native' : 'core'
}

async function importFile({ database, calls }: Trial, path: string): Promise<Word> {
  const handle = await freshItems(database)
  await handle.clear()
  const native = await calls.during('importFile', () => handle.importFile(path))
  expectAnswer('rows imported', await handle.all(), itemRows)
  return native ? 'native' : 'core'
}

async function exportFile({ database, calls }: Trial, path: string, format: Format): Promise<Word> {
  const handle = await freshItems(database)
  const native = await calls.during('exportFile', () => handle.exportFile(path))
  if (format === 'csv') {
    const written = (await readFile(path, 'utf8')).replaceAll('"', '').replaceAll('\r\n', '\n')
    expectAnswer('the file written', written, new TextDecoder().decode(contents.csv))
  } else {
    expectAnswer('the first bytes of the file written', (await readFile(path, 'latin1')).slice(0, 4), 'PAR1')
    expectAnswer('rows of the file written', await (await rowsOf(database, path)).all(), itemRows)
  }
  expectAnswer('rows of the table', await database.table(items).all(), itemRows)
  return native ? 'native' : 'core'
}
