import { generateFunction } from '@holdfast/core/backend'
import type { StoredRow } from '@holdfast/core/backend'

/** The values of one column: where all are numbers, in a buffer that changes hands without being copied. */
type Column = Float64Array<ArrayBuffer> | readonly unknown[]

/** Rows on their way between threads, column by column: a third of what rows as objects cost the one who receives them. */
export interface PackedRows {
  readonly names: readonly string[]
  readonly count: number
  readonly columns: readonly Column[]
}

/** Below, a buffer of its own costs more than it saves. */
const fewest = 32

/** @param rows arrays of values in the order of the names */
export function packRows(names: readonly string[], rows: readonly (readonly unknown[])[]): PackedRows {
  const columns = names.map((_, index) => column(rows.length, (row) => rows[row]![index]))
  return { names, count: rows.length, columns }
}

/** The columns with these names of rows that are objects. */
export function packObjects(names: readonly string[], rows: readonly StoredRow[]): PackedRows {
  return {
    names,
    count: rows.length,
    columns: names.map((name) => column(rows.length, (row) => rows[row]![name])),
  }
}

/** The buffers that change hands with the rows. */
export function buffersOf({ columns }: PackedRows): ArrayBuffer[] {
  return columns.flatMap((column) => (column instanceof Float64Array ? [column.buffer] : []))
}

function column(count: number, valueAt: (row: number) => unknown): Column {
  return (count >= fewest ? numbers(count, valueAt) : undefined) ?? values(count, valueAt)
}

function numbers(count: number, valueAt: (row: number) => unknown): Float64Array<ArrayBuffer> | undefined {
  if (typeof valueAt(0) !== 'number') return undefined
  const column = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    const value = valueAt(row)
    if (typeof value !== 'number') return undefined
    column[row] = value
  }
  return column
}

function values(count: number, valueAt: (row: number) => unknown): unknown[] {
  const column = new Array<unknown>(count)
  for (let row = 0; row < count; row++) column[row] = own(valueAt(row))
  return column
}

/** Bytes that are a part of a longer buffer would take all of it along. */
function own(value: unknown): unknown {
  const isPart = value instanceof Uint8Array && value.byteLength < value.buffer.byteLength
  return isPart ? value.slice() : value
}

export type UnpackRows = (rows: PackedRows) => StoredRow[]

/** Makes rows of columns with these names. */
export function rowUnpacker(names: readonly string[]): UnpackRows {
  return generateUnpacker(names) ?? ((rows) => interpret(names, rows))
}

function generateUnpacker(names: readonly string[]): UnpackRows | undefined {
  const declared = names.map((_, index) => `const c${index} = packed.columns[${index}]`)
  const fields = names.map((name, index) => `${fieldOf(name)}: c${index}[row]`)
  const body = [
    ...declared,
    'const rows = new Array(packed.count)',
    `for (let row = 0; row < packed.count; row++) rows[row] = { ${fields.join(', ')} }`,
    'return rows',
  ]
  return generateFunction<UnpackRows>(['packed'], body.join('\n'))
}

/** Written without brackets the one would set the prototype. */
const fieldOf = (name: string) => (name === '__proto__' ? '["__proto__"]' : JSON.stringify(name))

function interpret(names: readonly string[], { columns, count }: PackedRows): StoredRow[] {
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(names.map((name, index) => [name, columns[index]![row]])),
  ) as StoredRow[]
}
