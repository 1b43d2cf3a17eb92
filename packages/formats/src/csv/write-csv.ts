import { HoldfastError } from '@holdfast/core/backend'
import type { StoredValue, TypeName } from '@holdfast/core/backend'
import type { Table } from '@holdfast/core'
import { compress } from '../bytes/compression.js'
import { checkOptions } from '../options.js'
import { compileRowWriter, explainRow, valueWriter, writeRows } from '../rows/write-rows.js'
import type { RowFormat } from '../rows/write-rows.js'
import { shapeOf } from '../rows/shape.js'
import type { ForColumns, ForTable, NamedColumn, RowForm, RowsToWrite, WriterOptions } from '../types.js'
import { spellerOf } from '../values/spell.js'
import type { CsvOptions } from './read-csv.js'

export type CsvWriterOptions = CsvOptions & WriterOptions & (ForTable<Table> | ForColumns)

/**
 * Writes rows as CSV that `readCsv` reads without losing anything (FILE-2, FILE-4), in bounded memory.
 *
 * ```ts
 * await pipeline(writeCsv(db.table(readings).batches(), { table: readings }), createWriteStream('readings.csv'))
 * ```
 *
 * @throws HoldfastError when it is called `INVALID_ARGUMENT`; while writing `INVALID_VALUE` and `LIMIT_EXCEEDED` for a value
 * that does not belong to its column, with its place in `path`; `ABORTED`; and what the rows throw
 */
export function writeCsv(rows: RowsToWrite, options: CsvWriterOptions): AsyncIterable<Uint8Array> {
  checkOptions(options, ['separator', 'header'])
  const { form = 'user', compression = 'none', signal, separator = ',', header = true } = options
  const { columns } = shapeOf(options)
  const explain = (row: object, index: number) => explainRow(columns, row, index)
  return compress(writeRows(rows, csvFormat(columns, form, separator, header), explain, signal), compression)
}

/** The types whose values may be empty when they are written, or hold what has to stand in quotes. */
const free: ReadonlySet<TypeName> = new Set(['text', 'bytes', 'json'])

function csvFormat(
  columns: readonly NamedColumn[],
  form: RowForm,
  separator: string,
  header: boolean,
): RowFormat {
  const quote = quoter(separator)
  const names = columns.map(({ name }) => name)
  const writers = columns.map((column) => {
    const spell = spellerOf(column.type)
    const write = free.has(column.type.name) ? (stored: StoredValue) => quote(spell(stored)) : spell
    return valueWriter(column, form, '', write)
  })
  const write = compileRowWriter(names, ['', ...names.slice(1).map(() => separator), '\n'], writers)
  const begin = header ? `${names.map(quote).join(separator)}\n` : ''
  if (columns.length > 1) return { begin, between: '', end: '', write }
  if (header) return { begin: notMisleading(begin), between: '', end: '', write }
  return { begin, between: '', end: '', write: withFirst(write, notMisleading) }
}

/** Puts values in quotes that would be read as another one without. */
function quoter(separator: string): (value: string) => string {
  // A byte order mark would vanish from the beginning of the file.
  const special = new RegExp(`^$|["\\r\\n\\ufeff${separator}]`)
  return (value) => (special.test(value) ? `"${value.replaceAll('"', '""')}"` : value)
}

/** Does something with the first row that was written. */
function withFirst(
  write: (row: object) => string,
  change: (text: string) => string,
): (row: object) => string {
  let isFirst = true
  return (row) => {
    const text = write(row)
    if (!isFirst) return text
    isFirst = false
    return change(text)
  }
}

/** Refuses a first line end in quotes that readers may take for that of the records (FILE-2). */
function notMisleading(record: string): string {
  if (/^[^\r\n]*\n/.test(record)) return record
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    'The first record holds a carriage return, which readers may take for its end. Let the first row, or the header, be without one.',
    { path: 'rows[0]' },
  )
}
