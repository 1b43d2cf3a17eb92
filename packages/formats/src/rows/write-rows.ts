import { HoldfastError, throwIfAborted, toStored } from '@holdfast/core/backend'
import type { StoredValue } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import { untilAborted } from '../bytes/until-aborted.js'
import { pathOf } from '../errors.js'
import type { NamedColumn, RowForm, RowsToWrite } from '../types.js'

/** Characters that become bytes together. */
const charactersAtOnce = 64 * 1024

/** Rows that are waited for together. */
const rowsAtOnce = 1024

/** How one format writes rows. */
export interface RowFormat {
  /** Before the first row. */
  readonly begin: string
  /** Between two rows. */
  readonly between: string
  /** After the last one. */
  readonly end: string
  readonly write: (row: object) => string
}

/** The bytes of rows, in bounded memory. */
export async function* writeRows(
  rows: RowsToWrite,
  { begin, between, end, write }: RowFormat,
  explain: (row: object, index: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  let text = begin
  let index = 0
  for await (const batch of batchesOf(rows, signal)) {
    throwIfAborted(signal)
    for (const row of batch) {
      try {
        text += index === 0 ? write(row) : between + write(row)
      } catch (error) {
        explain(row, index)
        throw error
      }
      index++
      if (text.length < charactersAtOnce) continue
      yield Buffer.from(text)
      text = ''
    }
  }
  text += end
  if (text !== '') yield Buffer.from(text)
}

/** Rows that come one by one in arrays, since waiting takes longer than writing. */
export async function* batchesOf(
  rows: RowsToWrite,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly object[], undefined, undefined> {
  if (typeof rows !== 'object' || rows === null) throw noRows()
  const batch: object[] = []
  if (Symbol.asyncIterator in rows) {
    const items = signal === undefined ? rows : untilAborted(() => rows[Symbol.asyncIterator](), signal)
    for await (const item of items) {
      if (Array.isArray(item)) yield item as readonly object[]
      else if (batch.push(item) >= rowsAtOnce) yield batch.splice(0)
    }
  } else if (Symbol.iterator in rows) {
    for (const item of rows) {
      if (Array.isArray(item)) yield item as readonly object[]
      else if (batch.push(item) >= rowsAtOnce) yield batch.splice(0)
    }
  } else throw noRows()
  if (batch.length > 0) yield batch
}

function noRows(): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', 'rows must be an iterable of rows, or of arrays of them.', {
    path: 'rows',
  })
}

/** Writes one value, null included. */
export type WriteValue = (value: unknown) => string

/** Writes the values of a column as the format does; those of a user are made stored ones first, and so validated. */
export function valueWriter(
  { type, nullable }: NamedColumn,
  form: RowForm,
  ofNull: string,
  write: (stored: StoredValue) => string,
): WriteValue {
  if (form === 'stored') return (value) => (value === null ? ofNull : write(value as StoredValue))
  return (value) => {
    if (value === null && nullable) return ofNull
    return write(toStored(type, value, 'value'))
  }
}

/**
 * Says what is wrong with a row that could not be written.
 *
 * @throws HoldfastError `INVALID_VALUE` or `LIMIT_EXCEEDED` with the place of the value
 */
export function explainRow(columns: readonly NamedColumn[], row: unknown, index: number): void {
  if (typeof row !== 'object' || row === null) {
    const path = `rows[${index}]`
    throw new HoldfastError('INVALID_VALUE', `${path} must be an object.`, { path })
  }
  for (const { name, type, nullable } of columns) {
    const value = (row as Record<string, unknown>)[name]
    const path = pathOf(index, name)
    if (value === null && nullable) continue
    if (value != null) toStored(type, value, path, { column: name })
    else {
      const problem = value === null ? 'is null, and the column is not nullable' : 'is missing'
      throw new HoldfastError('INVALID_VALUE', `${path} ${problem}.`, { column: name, path })
    }
  }
}

/**
 * Makes the function that writes a row, as straight code: reading each value by a variable name takes several times as long.
 * Only names and pieces of text, written by `JSON.stringify`, are part of the text.
 *
 * @param pieces what stands before each value, and after the last
 */
export function compileRowWriter(
  names: readonly string[],
  pieces: readonly string[],
  writers: readonly WriteValue[],
): (row: object) => string {
  const parts = names.map(
    (name, index) => `${JSON.stringify(pieces[index])} + w${index}(row[${JSON.stringify(name)}])`,
  )
  const variables = names.map((_, index) => `w${index} = writers[${index}]`)
  const text = `const ${variables.join(', ')}\nreturn (row) => ${[...parts, JSON.stringify(pieces.at(-1))].join(' + ')}`
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is in the text is said above
    const make = new Function('writers', text) as (of: typeof writers) => (row: object) => string
    return make(writers)
  } catch (error) {
    if (!(error instanceof EvalError)) throw error
    return (row) =>
      names
        .map((name, index) => pieces[index]! + writers[index]!((row as Record<string, unknown>)[name]))
        .join('') + pieces.at(-1)!
  }
}
