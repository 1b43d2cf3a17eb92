import type { TableDefinition } from '@holdfast/core/backend'
import { HoldfastError } from '@holdfast/core/backend'
import type { RowLayout, Segment } from '../segments/types.js'
import type { TableEntry } from '../manifest/types.js'
import { emptyMemory } from '../table/memory.js'
import type { Sorted } from '../table/sorted.js'

/** The database at one moment. Never changed: a commit makes another one, which shares what is the same. */
export interface State {
  readonly tables: ReadonlyMap<string, TableState>
}

export interface TableState {
  readonly definition: TableDefinition
  /** The folder's name. */
  readonly folder: string
  readonly describedBy: TableEntry['describedBy']
  readonly since: TableEntry['since']
  /** The greatest generated key that was ever given out or stored. */
  readonly lastKey: number | bigint | undefined
  readonly rows: Sorted
  /** The unique indexes, by name. */
  readonly indexes: ReadonlyMap<string, Sorted>
}

/**
 * The table in a state.
 *
 * @throws HoldfastError `UNKNOWN_TABLE`
 */
export function tableIn({ tables }: State, name: string): TableState {
  const table = tables.get(name)
  if (table !== undefined) return table
  throw new HoldfastError('UNKNOWN_TABLE', `There is no table "${name}".`, { table: name })
}

/** Everything in a table that is sorted: its rows and its unique indexes. */
export function sortedOf({ rows, indexes }: TableState): readonly Sorted[] {
  return [rows, ...indexes.values()]
}

/** The same table with one of its parts in another state. */
export function withSorted(table: TableState, changed: Sorted): TableState {
  if (changed.id === table.rows.id) return { ...table, rows: changed }
  const indexes = new Map(table.indexes)
  for (const [name, { id }] of indexes) if (id === changed.id) indexes.set(name, changed)
  return { ...table, indexes }
}

/** All open segments of a state. */
export function* segmentsOf({ tables }: State): Generator<Segment> {
  for (const table of tables.values()) {
    for (const { runs } of sortedOf(table)) {
      for (const { segments, deletes } of runs) {
        yield* segments
        yield* deletes
      }
    }
  }
}

export function layoutOfRows({ name, columns, primaryKey }: TableDefinition): RowLayout {
  return { table: name, columns, key: primaryKey }
}

/** Rows of a unique index: its own columns and those of the key, by its own. */
export function layoutOfIndex(
  table: TableDefinition,
  index: { readonly columns: readonly string[] },
): RowLayout {
  const names = [...new Set([...index.columns, ...table.primaryKey])]
  const columns = names.map((name) => table.columns.find((column) => column.name === name)!)
  return { table: table.name, columns, key: index.columns }
}

export function emptySorted(id: number, layout: RowLayout): Sorted {
  return { id, layout, memory: emptyMemory(layout), runs: [] }
}
