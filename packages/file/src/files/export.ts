import type { Batches, ExportFile } from '@holdfast/core/backend'
import { compress, writeCsv, writeJson, writeNdjson, writeParquet } from '@holdfast/formats'
import type { RowsToWrite } from '@holdfast/formats'
import { open } from 'node:fs/promises'
import { systemCodeOf, toHoldfastError } from '../errors.js'

/** Writes rows to the file that is there, as they come; gives their number. */
export async function writeFile(request: ExportFile, rows: Batches): Promise<number> {
  let count = 0
  async function* counted() {
    for await (const batch of rows) {
      count += batch.length
      yield batch
    }
  }
  try {
    const file = await open(request.path, 'w')
    try {
      await file.writeFile(bytesOf(request, counted()))
    } finally {
      await file.close()
    }
  } catch (error) {
    throw systemCodeOf(error) === undefined ? error : toHoldfastError(error, 'write', request.path)
  }
  return count
}

function bytesOf(request: ExportFile, rows: RowsToWrite): AsyncIterable<Uint8Array> {
  const { format, columns, compression = 'none', csv, signal } = request
  const plain = { columns, form: 'stored', ...(signal && { signal }) } as const
  switch (format) {
    case 'parquet':
      return compress(writeParquet(rows, plain), compression)
    case 'csv':
      return writeCsv(rows, { ...plain, ...csv, compression })
    case 'ndjson':
      return writeNdjson(rows, { ...plain, compression })
    case 'json':
      return writeJson(rows, { ...plain, compression })
  }
}
