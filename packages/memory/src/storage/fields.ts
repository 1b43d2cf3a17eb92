import { comparatorOf, generateFunction } from '@holdfast/core/backend'
import type { Comparator, LogicalType, StoredRow, StoredValue, TableDefinition } from '@holdfast/core/backend'

/** Reads one column of a row. */
export type Field = (row: StoredRow) => StoredValue

/**
 * Makes the reader of a column. Generated, because V8 shares what it learns of `row[name]` among all closures made from one
 * place, and reads by a name that varies are look-ups.
 */
export function fieldOf(name: string): Field {
  return (
    generateFunction<Field>(['row'], `return row[${JSON.stringify(name)}]`) ??
    ((row) => row[name] as StoredValue)
  )
}

/** Compares two rows of a table by their keys (ORDER-2). */
export function compileRowOrder(table: TableDefinition): Comparator<StoredRow> {
  const parts = table.primaryKey.map((name) => ({
    field: fieldOf(name),
    compare: comparatorOf(typeOf(table, name)),
  }))
  const [first] = parts
  if (first !== undefined && parts.length === 1) {
    const { field, compare } = first
    return (left, right) => compare(field(left), field(right))
  }
  return (left, right) => {
    for (const { field, compare } of parts) {
      const order = compare(field(left), field(right))
      if (order !== 0) return order
    }
    return 0
  }
}

/** The type of a column of a table, which must have it. */
export function typeOf(table: TableDefinition, name: string): LogicalType {
  return table.columns.find((column) => column.name === name)!.type
}

/** The columns that hold bytes, whose values could be changed by whoever has them. */
export function bytesColumns(table: TableDefinition): readonly string[] {
  return table.columns.filter(({ type }) => type.name === 'bytes').map(({ name }) => name)
}

/** Gives a row bytes of its own, so that whoever else has the ones in it cannot change them. Returns the row. */
export function copyBytes(row: StoredRow, names: readonly string[]): StoredRow {
  for (const name of names) {
    const value = row[name]
    if (value instanceof Uint8Array) row[name] = new Uint8Array(value)
  }
  return row
}
