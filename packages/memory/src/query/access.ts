import type { IndexDefinition, Key, Parameters, StoredRow, StoredValue } from '@holdfast/core/backend'
import { comparatorOf } from '@holdfast/core/backend'
import { chunksOf } from '../storage/chunk.js'
import type { Chunk } from '../storage/chunk.js'
import { typeOf } from '../storage/fields.js'
import type { Chunks } from '../storage/key-order.js'
import type { TableView } from '../storage/view.js'
import type { Comparison, Pin } from './pins.js'

/** By which way rows are looked at; all conditions are asked of each of them again. */
export interface Access {
  readonly chunks: Chunks
  /** For people. */
  readonly way: string
}

/** The columns of a key or an index with the values that a query wants of each. */
type Wanted = readonly (readonly StoredValue[])[]

/** At most so many keys are looked up one by one, as a share of all rows. */
const worthwhile = 1 / 16

/** The fewest rows in which all that pass the pins are, by key, by an index or by a range of keys. */
export function accessRows(view: TableView, pins: readonly Pin[], parameters: Parameters): Access {
  if (pins.length > 0) {
    const { table } = view.table
    const keys = wantedOf(table.primaryKey, pins, parameters)
    if (keys !== undefined && few(keys, view)) return { chunks: rowsOfKeys(view, keys), way: 'keys' }
    for (const index of table.indexes) {
      const wanted = wantedOf(index.columns, pins, parameters)
      const rows = wanted && few(wanted, view) ? rowsOfIndex(view, index, wanted) : undefined
      if (rows !== undefined) return { chunks: rows, way: `index ${index.name}` }
    }
    const range = rangeOfKeys(view, pins, parameters)
    if (range !== undefined) return { chunks: range, way: 'key range' }
  }
  return { chunks: view.chunks(), way: 'all rows' }
}

/** The values that the pins leave for each of the columns; undefined if one is not pinned to values. */
function wantedOf(
  columns: readonly string[],
  pins: readonly Pin[],
  parameters: Parameters,
): Wanted | undefined {
  const wanted: (readonly StoredValue[])[] = []
  for (const column of columns) {
    const pin = pins.find((candidate) => candidate.column === column && isValues(candidate.comparison))
    if (pin === undefined) return undefined
    const constant = pin.constant(parameters)
    wanted.push(pin.comparison === 'in' ? (constant as readonly StoredValue[]) : [constant as StoredValue])
  }
  return wanted
}

function isValues(comparison: Comparison): boolean {
  return comparison === 'equal' || comparison === 'in'
}

function few(wanted: Wanted, view: TableView): boolean {
  const combinations = wanted.reduce((product, values) => product * values.length, 1)
  return combinations <= 1 || combinations < view.size * worthwhile
}

function rowsOfKeys(view: TableView, wanted: Wanted): Chunks {
  return inOrder(
    view,
    combine(wanted).map((key) => view.find(key)),
  )
}

function rowsOfIndex(view: TableView, definition: IndexDefinition, wanted: Wanted): Chunks | undefined {
  const rows = view.lookup(definition, combine(wanted))
  if (rows === undefined || rows.length > Math.max(1, view.size * worthwhile)) return undefined
  return inOrder(view, rows)
}

/** Every way to take one value of each list. */
function combine(wanted: Wanted): Key[] {
  return wanted.reduce<Key[]>(
    (keys, values) => keys.flatMap((key) => values.map((value) => [...key, value])),
    [[]],
  )
}

/** Rows found in any order, each once, as chunks. */
function inOrder({ table }: TableView, found: readonly (StoredRow | undefined)[]): Chunks {
  const rows = [...new Set(found)].filter((row) => row !== undefined)
  return chunksOf(rows.length < 2 ? rows : rows.sort(table.compare))
}

/** The chunks in which the first column of the key is within the bounds of the pins. */
function rangeOfKeys(view: TableView, pins: readonly Pin[], parameters: Parameters): Chunks | undefined {
  const { table, columns } = view.table
  const [first] = table.primaryKey
  const bounds = pins.filter(({ column, comparison }) => column === first && comparison !== 'in')
  if (first === undefined || bounds.length === 0) return undefined
  const compare = comparatorOf(typeOf(table, first))
  const { field } = columns.get(first)!
  const chunks = view.chunks()
  let start = 0
  let end = chunks.length
  for (const { comparison, constant } of bounds) {
    const bound = constant(parameters) as StoredValue
    if (!comparison.startsWith('less')) {
      start = Math.max(
        start,
        placeOf(chunks, ({ rows }) => compare(field(rows.at(-1)!), bound) >= 0),
      )
    }
    if (!comparison.startsWith('greater')) {
      end = Math.min(
        end,
        placeOf(chunks, ({ rows }) => compare(field(rows[0]!), bound) > 0),
      )
    }
  }
  return chunks.slice(start, end)
}

/** The place of the first chunk for which the test is true, as it is for all after it. */
function placeOf(chunks: Chunks, test: (chunk: Chunk) => boolean): number {
  let low = 0
  let high = chunks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (test(chunks[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
