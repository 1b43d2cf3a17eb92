import { throwIfAborted } from '@holdfast/core/backend'
import type {
  Batch,
  ColumnDefinition,
  FileSource,
  KeyReading,
  Parameters,
  TableDefinition,
} from '@holdfast/core/backend'
import { openParquet, openSource, readCsv, readJson, readNdjson } from '@holdfast/formats'
import type { NamedColumn, ParquetRowGroup } from '@holdfast/formats'
import { blockTests, wantsAll } from '../query/reading.js'
import type { Wants } from '../query/reading.js'
import type { BlockStatistics } from '../segments/types.js'
import { howToRead, requireSameColumns } from './describe.js'
import { filesOf } from './paths.js'

/** A table whose rows are in files that are no part of the database. */
export type FileTable = TableDefinition & { readonly file: FileSource }

export function isFile(table: TableDefinition): table is FileTable {
  return table.file !== undefined
}

/**
 * The rows of files as they are now, in the order of the files, read piece by piece.
 *
 * @param wants tells which row groups of Parquet files need not be read
 */
export async function* scanFiles(
  table: FileTable,
  columns: readonly string[],
  signal: AbortSignal | undefined,
  wants?: Wants,
): AsyncGenerator<Batch> {
  const { file } = table
  const wanted = table.columns.filter(({ name }) => columns.includes(name))
  for (const path of await filesOf(file.path)) {
    throwIfAborted(signal)
    await requireSameColumns(path, file, signal)
    yield* rowsOf(path, file, wanted, signal, wants)
  }
}

/** What a reading asks for, of which only the rows of a filter are more than that: see `takes`. */
export async function* runFileReading(
  table: FileTable,
  reading: KeyReading,
  parameters: Parameters,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch> {
  const { counts } = reading
  // A comparison with null is true of no row, but the files are looked at all the same.
  const tests = blockTests(table, reading, parameters) ?? []
  const columns = counts === undefined ? reading.columns : [table.columns[0]!.name]
  const rows = scanFiles(table, columns, signal, wantsAll(tests))
  if (counts === undefined) {
    yield* rows
    return
  }
  let number = 0
  for await (const batch of rows) number += batch.length
  yield [Object.fromEntries(counts.map((name) => [name, number]))]
}

function rowsOf(
  path: string,
  file: FileSource,
  columns: readonly ColumnDefinition[],
  signal: AbortSignal | undefined,
  wants: Wants | undefined,
): AsyncIterable<Batch> {
  const options = { form: 'stored', ...howToRead(file, signal) } as const
  switch (file.format) {
    case 'parquet':
      return parquetRows(path, file, columns, signal, wants)
    case 'csv':
      return file.csv!.header
        ? readCsv(path, { ...options, ...file.csv, columns }).batches()
        : only(readCsv(path, { ...options, ...file.csv, columns: inOrder(file, columns) }).batches(), columns)
    case 'ndjson':
      return readNdjson(path, { ...options, columns }).batches()
    case 'json':
      return readJson(path, { ...options, columns }).batches()
  }
}

async function* parquetRows(
  path: string,
  { compression }: FileSource,
  columns: readonly ColumnDefinition[],
  signal: AbortSignal | undefined,
  wants: Wants = () => true,
): AsyncGenerator<Batch> {
  const bytes = await openSource(path, compression ?? 'none', signal)
  try {
    const file = await openParquet(bytes, { name: path, columns })
    const names = columns.map(({ name }) => name)
    for (const [index, group] of file.rowGroups.entries()) {
      const statisticsOf = (name: string) => statisticsIn(group, name)
      if (!wants(group.rows, statisticsOf)) continue
      yield* file.rows(index, { columns: names, ...(signal && { signal }) })
    }
  } finally {
    await bytes.close()
  }
}

function statisticsIn(group: ParquetRowGroup, column: string): BlockStatistics | undefined {
  const { min, max, nulls = 0 } = group.statistics(column) ?? {}
  return min === undefined || max === undefined ? undefined : { least: min, greatest: max, nulls }
}

/** Without names a record has as many values as the file has columns, whichever of them are read. */
function inOrder(file: FileSource, columns: readonly ColumnDefinition[]): readonly NamedColumn[] {
  return file.columns.map(
    ({ name }) =>
      columns.find((column) => column.name === name) ?? { name, type: { name: 'text' }, nullable: true },
  )
}

async function* only(
  rows: AsyncIterable<Batch>,
  columns: readonly ColumnDefinition[],
): AsyncGenerator<Batch> {
  for await (const batch of rows) {
    yield batch.map((row) => Object.fromEntries(columns.map(({ name }) => [name, row[name]!])))
  }
}
