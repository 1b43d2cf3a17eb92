import { compileOrder } from '@holdfast/core/backend'
import type { OrderedRow, SortTerm, StoredRow, StoredValue, TableDefinition } from '@holdfast/core/backend'
import type { Chunk } from '../storage/chunk.js'
import type { TableView } from '../storage/view.js'
import type { Selected, Selection, Walk } from './selection.js'
import type { TableColumns } from './selector.js'
import { Top } from './top.js'

/** Gives rows of a table in an order, piece by piece. No more than the first `most` will be asked for. */
export type Ordering = (
  view: TableView,
  selection: Selection,
  walk: Walk,
  most: number,
) => Iterable<readonly StoredRow[]>

/** Compiles the order of a query. */
export function compileOrdering(
  terms: readonly SortTerm[],
  table: TableDefinition,
  columns: TableColumns,
): Ordering {
  const direction = keyDirection(terms, table)
  if (direction === 'ascending') return (view, selection, walk) => piecesOf(selection.select(view, walk))
  if (direction === 'descending') {
    return (view, selection, walk) => reversedPiecesOf(selection.select(view, { ...walk, backward: true }))
  }
  return sortedOrdering(terms, columns)
}

/** Whether terms say no more than the order that the rows are in, forward or backward. */
function keyDirection(
  terms: readonly SortTerm[],
  { primaryKey }: TableDefinition,
): SortTerm['direction'] | undefined {
  const first = terms[0]?.direction ?? 'ascending'
  // Terms after the whole key decide nothing any more.
  const isKey = terms
    .slice(0, primaryKey.length)
    .every(
      ({ expression, direction }, place) =>
        direction === first && expression.kind === 'column' && expression.name === primaryKey[place],
    )
  const isWhole = terms.length >= primaryKey.length || first === 'ascending'
  return isKey && isWhole ? first : undefined
}

function* piecesOf(selections: Iterable<Selected>): Generator<readonly StoredRow[]> {
  for (const selected of selections) yield rowsOf(selected)
}

function* reversedPiecesOf(selections: Iterable<Selected>): Generator<readonly StoredRow[]> {
  for (const selected of selections) yield rowsOf(selected).toReversed()
}

/** The rows of a selection, which are those of its chunk where all passed. */
export function rowsOf({ chunk, positions, count }: Selected): readonly StoredRow[] {
  const { rows } = chunk
  return count === rows.length
    ? rows
    : Array.from(positions.subarray(0, count), (position) => rows[position]!)
}

function sortedOrdering(terms: readonly SortTerm[], columns: TableColumns): Ordering {
  const { entry, compareStably } = compileOrder(terms, columns.types)
  const rank = rankOf(terms[0]!, columns)
  return function* (view, selection, walk, most) {
    const { parameters } = walk
    if (most === Infinity) {
      const entries: OrderedRow[] = []
      for (const selected of selection.select(view, walk)) {
        for (const row of rowsOf(selected)) entries.push(entry(row, entries.length, parameters))
      }
      yield entries.sort(compareStably).map(({ row }) => row)
      return
    }
    const top = new Top(most, compareStably)
    const barRank = () =>
      rank === undefined || top.bar === undefined ? Infinity : rank.ofKey(top.bar.keys[0]!)
    const skip = (chunk: Chunk) => rank !== undefined && rank.best(chunk) > barRank()
    let position = 0
    for (const selected of selection.select(view, { ...walk, skip })) {
      const { chunk, positions, count } = selected
      const values = rank?.values(chunk)
      let bar = barRank()
      for (let index = 0; index < count; index++) {
        const place = positions[index]!
        if (rank !== undefined && rank.ofNumber(values![place]!) > bar) continue
        top.offer(entry(chunk.rows[place]!, position++, parameters))
        bar = barRank()
      }
    }
    yield top.sorted().map(({ row }) => row)
  }
}

/** The first sort term as a number that rises in the order of the rows, where it is a column of numbers. */
interface Rank {
  readonly values: (chunk: Chunk) => Float64Array
  readonly ofNumber: (value: number) => number
  readonly ofKey: (key: StoredValue) => number
  /** The least that a row of the chunk can have. */
  readonly best: (chunk: Chunk) => number
}

function rankOf({ expression, direction, nulls }: SortTerm, { readers }: TableColumns): Rank | undefined {
  const reader = expression.kind === 'column' ? readers.get(expression.name) : undefined
  if (reader?.numeric !== true) return undefined
  // No column holds an infinity, so they are free to stand for null.
  const ofNull = nulls === 'first' ? -Infinity : Infinity
  const sign = direction === 'ascending' ? 1 : -1
  return {
    values: (chunk) => chunk.numbers(reader).values,
    ofNumber: (value) => (value === value ? sign * value : ofNull),
    ofKey: (key) => (key === null ? ofNull : sign * (key as number)),
    best(chunk) {
      const { least, greatest, hasNull } = chunk.numbers(reader)
      return hasNull && nulls === 'first' ? ofNull : sign * (sign > 0 ? least : greatest)
    },
  }
}
