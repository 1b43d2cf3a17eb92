import type { FileReference, FileSource, TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { literal } from '../settings.js'
import { largestRecord } from './csv-structure.js'
import { csvReader } from './csv-values.js'
import { parquetReader } from './parquet-values.js'
import { checkedRows, firstRefusal } from './value-reader.js'
import type { ReadColumn } from './value-reader.js'

/** A table whose rows are in files. */
export type FileTable = TableDefinition & { readonly file: FileSource }

export function isFile(table: TableDefinition): table is FileTable {
  return table.file !== undefined
}

interface FileSql {
  /** The rows, to be put after FROM. */
  readonly rows: string
  /** The statement that finds the first row of which a value is refused. */
  readonly refusal: string
}

const known = new WeakMap<TableDefinition, FileSql>()

/** How the rows of files are read: statements that are made once. */
export function fileSql(table: FileTable): FileSql {
  let made = known.get(table)
  if (made === undefined) {
    const columns = readColumns(table)
    const from = reader(table.file)
    made = { rows: checkedRows(from, columns), refusal: firstRefusal(from, columns) }
    known.set(table, made)
  }
  return made
}

function readColumns({ columns, file }: FileTable): ReadColumn[] {
  return columns.map((column) => {
    const place = file.columns.findIndex(({ name }) => name === column.name)
    return file.format === 'csv'
      ? { column, source: csvColumn(place), reader: csvReader(column.type) }
      : {
          column,
          source: quote(column.name),
          reader: parquetReader(file.columns[place]!.native!, column.type)!,
        }
  })
}

/** The reader is told the place of a column, not its name, which can be any text. */
const csvColumn = (place: number) => `c${place}`

function reader(file: FileSource): string {
  return file.format === 'csv' ? csvFunction(file) : parquetFunction(file.path)
}

export function parquetFunction(path: string): string {
  return `read_parquet(${literal(path)}, union_by_name = false, hive_partitioning = false, filename = false)`
}

/** Nothing is left to the reader to guess. */
function csvFunction({ path, csv, columns }: FileSource): string {
  const types = columns.map((_, place) => `${csvColumn(place)}: 'VARCHAR'`)
  const settings = [
    `columns = {${types.join(', ')}}`,
    'auto_detect = false',
    `header = ${csv!.header}`,
    `delim = ${literal(csv!.separator)}`,
    `quote = '"'`,
    `escape = '"'`,
    `nullstr = ''`,
    // The empty text in quotes is a text.
    'allow_quoted_nulls = false',
    // In strict mode it loses rows where a quoted line break is of another kind than those between records. What it forgives
    // without it, `checkCsvStructure` does not.
    'strict_mode = false',
    'null_padding = false',
    'ignore_errors = false',
    `comment = ''`,
    `encoding = 'utf-8'`,
    `compression = 'none'`,
    'union_by_name = false',
    'hive_partitioning = false',
    'filename = false',
    `max_line_size = ${largestRecord}`,
    `buffer_size = ${largestRecord}`,
  ]
  return `read_csv(${literal(path)}, ${settings.join(', ')})`
}

/** What statements that write a file are told of its form. */
export function copyOptions({ format, csv }: Pick<FileReference, 'format' | 'csv'>): readonly string[] {
  if (format === 'parquet') return ['FORMAT parquet']
  const { separator, header } = csv!
  return [
    'FORMAT csv',
    `HEADER ${header}`,
    `DELIMITER ${literal(separator)}`,
    `QUOTE '"'`,
    `ESCAPE '"'`,
    `NULLSTR ''`,
  ]
}
