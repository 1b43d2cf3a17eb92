import type { ColumnDefinition, Key, Parameters, TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { EncodeParameter } from '@holdfast/sql'
import { parameterEncoder, parameterListEncoder } from './codec/bindings.js'
import type { Binding } from './codec/bindings.js'
import { physicalTypeOf } from './physical-type.js'

/** What reading by key and writing to a table takes, made once. */
export interface TableLayout {
  readonly table: TableDefinition
  readonly keys: readonly ColumnDefinition[]
  readonly generated: ColumnDefinition | undefined
  readonly version: ColumnDefinition | undefined
  /** `"a" = CAST($1 AS BIGINT) AND "b" = CAST($2 AS VARCHAR)`, the numbers counted from `first`. */
  keyCondition(first: number): string
  /** `("a", "b") IN (SELECT unnest(CAST($1 AS BIGINT[])), ...)` */
  readonly keysCondition: string
  bindKey(key: Key): Binding[]
  /** One list for each column of the key. */
  bindLists(lists: Parameters): Binding[]
  column(name: string): ColumnDefinition
  /** How values of the column are bound. */
  encoder(name: string): EncodeParameter
  /** The text of a statement by what it is called, made once. */
  statement(called: string, make: () => string): string
}

/** Texts of statements kept for each table. */
const statementsKept = 100

const layouts = new WeakMap<TableDefinition, TableLayout>()

export function layoutOf(table: TableDefinition): TableLayout {
  let layout = layouts.get(table)
  if (layout === undefined) layouts.set(table, (layout = makeLayout(table)))
  return layout
}

/** A placeholder of a type. */
export function placeholder(position: number, column: ColumnDefinition, list = false): string {
  return `CAST($${position} AS ${physicalTypeOf(column.type)}${list ? '[]' : ''})`
}

function makeLayout(table: TableDefinition): TableLayout {
  const columns = new Map(table.columns.map((column) => [column.name, column]))
  const keys = table.primaryKey.map((name) => columns.get(name)!)
  const encoders = new Map(table.columns.map(({ name, type }) => [name, parameterEncoder(type)]))
  const statements = new Map<string, string>()
  return {
    table,
    keys,
    generated: table.columns.find((column) => column.generated !== undefined),
    version: table.columns.find((column) => column.version === true),
    keyCondition: (first) =>
      keys
        .map((column, index) => `${quote(column.name)} = ${placeholder(first + index, column)}`)
        .join(' AND '),
    keysCondition: keysCondition(keys),
    bindKey: (key) => keys.map(({ name }, index) => encoders.get(name)!(key[index]!) as Binding),
    bindLists: (lists) => keys.map(({ type }, index) => parameterListEncoder(type)(lists[index]!) as Binding),
    column: (name) => columns.get(name)!,
    encoder: (name) => encoders.get(name)!,
    statement(called, make) {
      const known = statements.get(called)
      if (known !== undefined) return known
      if (statements.size >= statementsKept) statements.clear()
      const made = make()
      statements.set(called, made)
      return made
    },
  }
}

function keysCondition(keys: readonly ColumnDefinition[]): string {
  const names = keys.map(({ name }) => quote(name)).join(', ')
  const lists = keys.map((column, index) => `unnest(${placeholder(index + 1, column, true)})`)
  return `(${names}) IN (SELECT ${lists.join(', ')})`
}
