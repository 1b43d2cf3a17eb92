import { keyOfRow, tupleIdentity } from '../schema/compare.js'
import type { Identity } from '../schema/compare.js'
import type { IndexDefinition, Key, StoredRow, StoredValue, TableDefinition } from '../schema/types.js'

/** What a write needs to know of a table at every row, compiled once. */
export interface WriteLayout {
  readonly keyOf: (row: StoredRow) => Key
  readonly identityOf: (key: Key) => Identity
  /** `identityOf(keyOf(row))` */
  readonly identityOfRow: (row: StoredRow) => Identity
  /** The generated key column and the greatest key that its type holds. */
  readonly generated: { readonly name: string; readonly greatest: number | bigint } | undefined
  /** The version column. */
  readonly version: string | undefined
  readonly uniqueIndexes: readonly IndexLayout[]
}

export interface IndexLayout {
  readonly definition: IndexDefinition
  /** The values of a row, or undefined if any is null or absent: a unique index ignores such rows (NULL-7). */
  readonly valuesOf: (row: StoredRow) => Key | undefined
  readonly identityOf: (values: Key) => Identity
}

const layouts = new WeakMap<TableDefinition, WriteLayout>()

/** The layout of a table, compiled at its first use. */
export function writeLayoutOf(table: TableDefinition): WriteLayout {
  let layout = layouts.get(table)
  if (layout === undefined) layouts.set(table, (layout = compileLayout(table)))
  return layout
}

function compileLayout(table: TableDefinition): WriteLayout {
  const generated = table.columns.find((column) => column.generated !== undefined)
  const keyOf = keyOfRow(table)
  const identityOf = identityOfColumns(table, table.primaryKey)
  return {
    keyOf,
    identityOf,
    identityOfRow: (row) => identityOf(keyOf(row)),
    generated: generated && {
      name: generated.name,
      greatest: generated.type.name === 'bigint' ? 2n ** 63n - 1n : Number.MAX_SAFE_INTEGER,
    },
    version: table.columns.find((column) => column.version)?.name,
    uniqueIndexes: table.indexes.filter((index) => index.unique).map((index) => indexLayoutOf(table, index)),
  }
}

/** Compiles the look-up of an index's values in the rows of its table. */
export function indexLayoutOf(table: TableDefinition, definition: IndexDefinition): IndexLayout {
  const valuesOf = (row: StoredRow): Key | undefined => {
    const values = definition.columns.map((name) => row[name] as StoredValue)
    return values.some((value) => value == null) ? undefined : values
  }
  return { definition, valuesOf, identityOf: identityOfColumns(table, definition.columns) }
}

function identityOfColumns(table: TableDefinition, names: readonly string[]): (values: Key) => Identity {
  const columns = names.map((name) => table.columns.find((column) => column.name === name))
  return tupleIdentity(columns.flatMap((column) => (column === undefined ? [] : [column.type])))
}
