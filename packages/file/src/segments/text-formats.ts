import { readCsv, readJson, readNdjson, writeCsv, writeJson, writeNdjson } from '@holdfast/formats'
import type { NamedColumn, RowReader } from '@holdfast/formats'
import type { StoredRow } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'

/** A format of text: any number of rows can be read by themselves, once what stands around them is put there again. */
export interface TextFormat {
  /** The text of some rows as a file of their own. */
  readonly write: (rows: readonly StoredRow[], columns: readonly NamedColumn[]) => AsyncIterable<Uint8Array>
  readonly read: (text: Uint8Array, columns: readonly NamedColumn[]) => RowReader<StoredRow>
  /** What such a file begins with, what stands between the rows of two such files put together, and what it ends with. */
  readonly frame: (columns: readonly NamedColumn[]) => {
    readonly begin: Uint8Array
    readonly between: Uint8Array
    readonly end: Uint8Array
  }
}

const text = (begin: string, between: string, end: string) => ({
  begin: Buffer.from(begin),
  between: Buffer.from(between),
  end: Buffer.from(end),
})

const form = 'stored'

export const ndjson: TextFormat = {
  write: (rows, columns) => writeNdjson(rows, { columns, form }),
  read: (bytes, columns) => readNdjson(bytes, { columns, form }),
  frame: () => text('', '', ''),
}

export const csv: TextFormat = {
  write: (rows, columns) => writeCsv(rows, { columns, form }),
  read: (bytes, columns) => readCsv(bytes, { columns, form }),
  // Names of columns need no quotes (WRITE-9).
  frame: (columns) => text(`${columns.map(({ name }) => name).join(',')}\n`, '', ''),
}

export const json: TextFormat = {
  write: (rows, columns) => writeJson(rows, { columns, form }),
  read: (bytes, columns) => readJson(bytes, { columns, form }),
  frame: () => text('[\n', ',\n', '\n]\n'),
}
