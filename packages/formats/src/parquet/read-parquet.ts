import { throwIfAborted, toUser } from '@holdfast/core/backend'
import type { LogicalType, StoredRow } from '@holdfast/core/backend'
import type { Table } from '@holdfast/core'
import { asError } from '../errors.js'
import { checkOptions } from '../options.js'
import { rowReader } from '../rows/row-reader.js'
import type { StartReading } from '../rows/row-reader.js'
import { nullProblem, placeColumns, shapeOf } from '../rows/shape.js'
import type { Shape } from '../rows/shape.js'
import type {
  ByteSource,
  Compression,
  ForColumns,
  ForTable,
  NamedColumn,
  ReaderOptions,
  RowForm,
  RowIn,
  RowReader,
} from '../types.js'
import { openParquet } from './open-parquet.js'
import { openSource } from './read/source.js'
import type { OpenSource } from './read/source.js'
import type { ParquetColumn } from './types.js'

export type ParquetReaderOptions<
  T extends Table = Table,
  Form extends RowForm = RowForm,
> = ReaderOptions<Form> & (ForTable<T> | ForColumns)

/**
 * Reads a Parquet file, ours or another's, as FILE-6 has it: what no type of ours holds exactly is refused. A file at a path is read where it lies,
 * row group by row group and only the columns that are wanted; of anything else all bytes are kept in memory, up to 512 MiB.
 *
 * With `table` the rows are for inserting: a column of the file that the table lacks is refused, and columns that have a
 * default or may be null may be missing. With `columns` the rows have exactly these.
 *
 * @throws HoldfastError when it is called `INVALID_ARGUMENT`; while reading `INVALID_DATA` for a file that is damaged or none, with
 * the byte in the message, and for a value outside of its column's type, with the row (counted from 0) and column in `path`;
 * `INVALID_VALUE` for a null that the table does not allow; `UNKNOWN_COLUMN` and `SCHEMA_MISMATCH` where the columns do not fit;
 * `LIMIT_EXCEEDED`, `NOT_FOUND`, `UNAUTHORIZED`, `IO`, `ABORTED`. The rows before a refused one are given first.
 */
export function readParquet<T extends Table = never, Form extends RowForm = 'user'>(
  source: ByteSource,
  options: ParquetReaderOptions<T, Form>,
): RowReader<RowIn<T, Form>> {
  checkOptions(options)
  const { form = 'user', compression, signal } = options
  const shape = shapeOf(options)
  const start: StartReading = (wanted) => batches(source, shape, wanted, compression, signal)
  return rowReader(start, form, shape.table) as RowReader<RowIn<T, Form>>
}

type Row = Record<string, unknown>

async function* batches(
  source: ByteSource,
  shape: Shape,
  form: RowForm,
  compression: Compression | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Row[], undefined, undefined> {
  throwIfAborted(signal)
  const bytes = await openSource(source, compression, signal)
  try {
    const columns = await columnsIn(bytes, shape)
    // Whether a null may be is the table's own rule, and told as such.
    const lenient = columns.map((column) => ({ ...column, nullable: true }))
    const file = await openParquet(bytes, { name: bytes.name, columns: lenient })
    const names = columns.map(({ name }) => name)
    const required = columns.filter(({ nullable }) => !nullable).map(({ name }) => name)
    const users = form === 'user' ? columns.filter(({ type }) => differs(type)) : []
    let row = 0
    for (const group of file.rowGroups.keys()) {
      for await (const batch of file.rows(group, { columns: names, ...(signal && { signal }) })) {
        const problem = firstNull(shape, required, batch, row)
        const whole = problem === undefined ? batch : batch.slice(0, problem.row)
        for (const { name, type } of users) toUsers(whole, name, type)
        if (whole.length > 0) yield whole
        if (problem !== undefined) throw asError(problem, bytes.name)
        row += batch.length
      }
    }
  } finally {
    await bytes.close()
  }
}

/** Which columns are read, as what. */
async function columnsIn(bytes: OpenSource, shape: Shape): Promise<readonly NamedColumn[]> {
  const { columns } = await openParquet(bytes, { name: bytes.name })
  const placed = placeColumns(
    shape,
    columns.map(({ name }) => name),
  )
  if ('code' in placed) throw asError(placed, bytes.name)
  return placed.map(({ column }) => column)
}

function firstNull(shape: Shape, required: readonly string[], batch: readonly StoredRow[], before: number) {
  const nulls = required.map((name) => ({ name, row: batch.findIndex((row) => row[name] === null) }))
  const [first] = nulls.filter(({ row }) => row !== -1).toSorted((left, right) => left.row - right.row)
  return first && { ...nullProblem(shape, first.name, before + first.row), row: first.row }
}

/** Whether users have other values of a type than engines. */
function differs(type: LogicalType): boolean {
  return type.name === 'decimal' || type.name === 'json' || (type.name === 'timestamp' && type.unit === 'ms')
}

function toUsers(rows: Row[], name: string, type: LogicalType): void {
  for (const row of rows) {
    const value = row[name]
    if (value !== null) row[name] = toUser(type, value as StoredRow[string])
  }
}

/** What a Parquet file says of itself. */
export interface ParquetDescription {
  readonly columns: readonly ParquetColumn[]
  readonly rowCount: number
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Reads what a Parquet file says of itself, but none of its rows.
 *
 * @throws HoldfastError as `readParquet` does
 */
export async function describeParquet(
  source: ByteSource,
  options: { readonly compression?: Compression; readonly signal?: AbortSignal } = {},
): Promise<ParquetDescription> {
  const bytes = await openSource(source, options.compression, options.signal)
  try {
    const { columns, rowCount, metadata } = await openParquet(bytes, { name: bytes.name })
    return { columns, rowCount, metadata }
  } finally {
    await bytes.close()
  }
}
