import { nameProblem } from '@holdfast/core/backend'
import type { ColumnDefinition, IndexDefinition, TableDefinition } from '@holdfast/core/backend'
import { foundTypeOf } from './checked-column.js'
import type { RealIndex, RealTable } from './real-table.js'

/**
 * A table that another program made, as well as it can be described; undefined if its name, or all of its columns', are
 * none that can be written. It can only be read where a row could not be written as it was read.
 */
export function foundTable(table: RealTable): TableDefinition | undefined {
  if (nameProblem(table.name) !== undefined) return undefined
  const readable = table.columns.filter(({ name }) => nameProblem(name) === undefined)
  if (readable.length === 0) return undefined
  const columns = readable.map(({ name, type, notNull }): ColumnDefinition => ({
    name,
    type: foundTypeOf(type).type,
    nullable: !notNull,
  }))
  const writable = isWritable(table) && readable.length === table.columns.length
  return {
    name: table.name,
    columns,
    primaryKey: writable ? table.primaryKey : [],
    indexes: writable ? table.indexes.flatMap((index) => foundIndex(index, columns)) : [],
    checks: [],
  }
}

/** Types that are read as text, but hold something else, or finer than what is read. */
const readOnly = /^(?!VARCHAR$)/

function isWritable({ columns, indexes, sql }: RealTable): boolean {
  return (
    columns.every(({ type }) => foundTypeOf(type).type.name !== 'text' || !readOnly.test(type)) &&
    indexes.every((index) => !index.unique || index.columns !== undefined) &&
    // Written anywhere, even in a comment, it is not worth the risk.
    !/\bGENERATED\b|\bCOLLATE\b|\bREFERENCES\b/i.test(sql)
  )
}

function foundIndex(
  { name, unique, columns: names }: RealIndex,
  columns: readonly ColumnDefinition[],
): readonly IndexDefinition[] {
  if (names === undefined || !names.every((name) => columns.some((column) => column.name === name))) return []
  // What has no name, or one that cannot be written, is called after its columns.
  const written = name !== undefined && nameProblem(name) === undefined ? name : names.join('_')
  return nameProblem(written) === undefined ? [{ name: written, columns: names, unique }] : []
}
