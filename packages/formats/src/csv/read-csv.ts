import type { Table } from '@holdfast/core'
import type { CsvForm } from '@holdfast/core/backend'
import { readRecords } from '../bytes/records.js'
import { bytesFrom } from '../bytes/source.js'
import { checkOptions } from '../options.js'
import { rowReader } from '../rows/row-reader.js'
import type { StartReading } from '../rows/row-reader.js'
import { shapeOf } from '../rows/shape.js'
import type { ByteSource, ForColumns, ForTable, ReaderOptions, RowForm, RowIn, RowReader } from '../types.js'
import { CsvRecords } from './csv-records.js'

/** How CSV is written (FILE-2). What is not stated is never guessed from the content. */
export interface CsvOptions {
  /** What stands between two values: a comma unless stated. */
  readonly separator?: CsvForm['separator']
  /** Whether the first record names the columns, in any order: true unless stated. Else they are those stated, in order. */
  readonly header?: boolean
}

export type CsvReaderOptions<T extends Table = Table, Form extends RowForm = RowForm> = CsvOptions &
  ReaderOptions<Form> &
  (ForTable<T> | ForColumns)

/**
 * Reads CSV as FILE-2 to FILE-4 have it, in bounded memory: a value without quotes that is empty is null, `""` is the empty
 * text, and what does not spell a value of its column's type is refused.
 *
 * ```ts
 * await db.table(readings).load(readCsv('readings.csv', { table: readings }))
 * ```
 *
 * With `table` the rows are for inserting: a column of the file that the table lacks is refused, and columns that have a
 * default or may be null may be missing. With `columns` the rows have exactly these.
 *
 * @throws HoldfastError when it is called `INVALID_ARGUMENT`; while reading `INVALID_DATA` for what is no CSV of ours, no
 * UTF-8, or no value of a column's type, with the line in the message and the row (counted from 0) and column in `path`;
 * `INVALID_VALUE` for a null that the table does not allow (with `columns` it is `INVALID_DATA`); `UNKNOWN_COLUMN` and
 * `SCHEMA_MISMATCH` where the columns do not fit; `LIMIT_EXCEEDED` for a value over 16 MiB (TYPE-10) or a record over 32 MiB (a header over 1 MiB);
 * `NOT_FOUND`, `UNAUTHORIZED`, `IO`, `ABORTED`. The rows before a refused one are given first.
 */
export function readCsv<T extends Table = never, Form extends RowForm = 'user'>(
  source: ByteSource,
  options: CsvReaderOptions<T, Form>,
): RowReader<RowIn<T, Form>> {
  checkOptions(options, ['separator', 'header'])
  const { form = 'user', compression, signal, separator = ',', header = true } = options
  const shape = shapeOf(options)
  const bytes = bytesFrom(source, compression, signal)
  const start: StartReading = (wanted) =>
    readRecords(bytes, new CsvRecords(shape, wanted, separator, header), signal)
  return rowReader(start, form, shape.table) as RowReader<RowIn<T, Form>>
}
