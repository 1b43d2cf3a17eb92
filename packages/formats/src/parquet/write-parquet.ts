import { throwIfAborted } from '@holdfast/core/backend'
import { checkOptions } from '../options.js'
import { shapeOf } from '../rows/shape.js'
import { batchesOf, explainRow } from '../rows/write-rows.js'
import type { NamedColumn, RowsToWrite } from '../types.js'
import { magic, typesKey } from './format/seal.js'
import type { ParquetWriterOptions } from './types.js'
import { FileWriter } from './write/file-writer.js'
import { compileTranspose } from './write/transpose.js'
import type { PageValues } from './write/transpose.js'

const rowsOfGroup = 100_000
/** All columns begin a new page after so many rows: one row is read by reading one page of each. */
const rowsOfPage = 2048
const bytesOfPage = 1024 * 1024

/**
 * Writes rows as a Parquet file that `readParquet` reads without losing anything (FILE-6), and other tools with the types of
 * Parquet that come nearest. Of the rows no more than a page is in memory, and of the file no more than the packed bytes of a row group.
 *
 * Each row group, and each page of it, says what its least and greatest values are in our order (ORDER-1), but for json.
 * Each byte is covered by a checksum.
 *
 * ```ts
 * await pipeline(writeParquet(db.table(readings).batches(), { table: readings }), createWriteStream('readings.parquet'))
 * ```
 *
 * @throws HoldfastError when it is called `INVALID_ARGUMENT`; while writing `INVALID_VALUE` and `LIMIT_EXCEEDED` for a value
 * that does not belong to its column, with its place in `path`; `ABORTED`; and what the rows throw
 */
export function writeParquet(rows: RowsToWrite, options: ParquetWriterOptions): AsyncIterable<Uint8Array> {
  checkOptions(options, ['rowGroupRows', 'pageRows', 'metadata'], 'parquet')
  return writeFile(rows, shapeOf(options).columns, options)
}

async function* writeFile(
  rows: RowsToWrite,
  columns: readonly NamedColumn[],
  options: ParquetWriterOptions,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  const { form = 'user', compression = 'zstd', metadata = {}, signal } = options
  const { rowGroupRows = rowsOfGroup, pageRows = rowsOfPage } = options
  const file = await FileWriter.create(columns, compression, pageRows)
  const page: PageValues = { columns: columns.map(() => []), rows: 0, size: 0 }
  const take = compileTranspose(columns, form, pageRows, bytesOfPage)
  const endPage = () => {
    if (page.rows > 0) file.addPage(page.columns, page.rows)
    page.rows = 0
    page.size = 0
  }
  let before = 0
  yield magic
  for await (const batch of batchesOf(rows, signal)) {
    throwIfAborted(signal)
    for (let next = 0; next < batch.length;) {
      const room = rowGroupRows - file.rows - page.rows
      const part = batch.length - next <= room ? batch : batch.slice(0, next + room)
      try {
        next = take(part, next, page)
      } catch (error) {
        for (let row = next; row < batch.length; row++) explainRow(columns, batch[row], before + row)
        throw error
      }
      const isGroupFull = file.rows + page.rows >= rowGroupRows
      if (next < part.length || isGroupFull) endPage()
      if (isGroupFull || file.isFull) yield* file.endRowGroup()
    }
    before += batch.length
  }
  endPage()
  yield* file.endRowGroup()
  yield file.finish({ [typesKey]: statedTypes(columns), ...metadata })
}

/** The columns as a definition, which `definitionFromJson` takes. */
function statedTypes(columns: readonly NamedColumn[]): string {
  return JSON.stringify({
    name: 'file',
    columns: columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
    primaryKey: [],
    indexes: [],
    checks: [],
  })
}
