import { keyOfRow, tupleIdentity } from '@holdfast/core/backend'
import type { ColumnDefinition, Key, StoredRow, TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { bindValue, rowBinder } from './codec.js'
import type { BindRow } from './codec.js'

export type OnConflict = 'error' | 'skip' | 'replace'

/** What writing to a table takes, made once. */
export interface TableLayout {
  readonly table: TableDefinition
  readonly keyOf: (row: StoredRow) => Key
  readonly identityOf: (key: Key) => unknown
  readonly generated: ColumnDefinition | undefined
  readonly version: ColumnDefinition | undefined
  /** Whether rows are bound with all columns, or without the generated one. */
  readonly whole: RowBinding
  readonly keyless: RowBinding
  /** `"a" = ? AND "b" = ?` */
  readonly keyCondition: string
  /** Rows of one statement, the largest first. */
  readonly chunks: readonly number[]
  bindKey(key: Key): unknown[]
  column(name: string): ColumnDefinition
}

export interface RowBinding {
  readonly columns: readonly ColumnDefinition[]
  readonly bind: BindRow
  /** The `insert` of so many rows. */
  insert(rows: number, onConflict: OnConflict): string
}

const layouts = new WeakMap<TableDefinition, TableLayout>()

export function layoutOf(table: TableDefinition): TableLayout {
  let layout = layouts.get(table)
  if (layout === undefined) layouts.set(table, (layout = makeLayout(table)))
  return layout
}

/** Below SQLite's limit on placeholders. */
const maxPlaceholders = 32_000

function makeLayout(table: TableDefinition): TableLayout {
  const columns = new Map(table.columns.map((column) => [column.name, column]))
  const keys = table.primaryKey.map((name) => columns.get(name)!)
  const generated = table.columns.find((column) => column.generated !== undefined)
  const version = table.columns.find((column) => column.version === true)
  return {
    table,
    generated,
    version,
    keyOf: keyOfRow(table),
    identityOf: tupleIdentity(keys.map(({ type }) => type)),
    whole: rowBinding(table, table.columns),
    keyless: rowBinding(
      table,
      table.columns.filter((column) => column !== generated),
    ),
    keyCondition: keys.map(({ name }) => `${quote(name)} = ?`).join(' AND '),
    chunks: chunksOf(table),
    bindKey: (key) => keys.map(({ type }, index) => bindValue(type, key[index]!)),
    column: (name) => columns.get(name)!,
  }
}

/** With indexes, longer statements spill their journal to a file and are slower than single rows. */
function chunksOf({ columns, indexes }: TableDefinition): readonly number[] {
  const wished = indexes.length > 0 ? [8, 1] : [32, 8, 1]
  return wished.filter((rows) => rows === 1 || rows * columns.length <= maxPlaceholders)
}

function rowBinding(table: TableDefinition, columns: readonly ColumnDefinition[]): RowBinding {
  const texts = new Map<string, string>()
  const names = columns.map(({ name }) => quote(name)).join(', ')
  const row = `(${columns.map(() => '?').join(', ')})`
  return {
    columns,
    bind: rowBinder(columns),
    insert(rows, onConflict) {
      const id = `${onConflict}${rows}`
      let text = texts.get(id)
      if (text === undefined) {
        const values =
          columns.length === 0 ? 'DEFAULT VALUES' : `(${names}) VALUES ${Array<string>(rows).fill(row).join(', ')}`
        text = `INSERT INTO ${quote(table.name)} ${values}${conflictClause(table, onConflict)}`
        texts.set(id, text)
      }
      return text
    },
  }
}

function conflictClause(table: TableDefinition, onConflict: OnConflict): string {
  if (onConflict === 'error') return ''
  // Without a target, so that rows which a unique index refuses are left out as well.
  if (onConflict === 'skip') return ' ON CONFLICT DO NOTHING'
  const target = table.primaryKey.map(quote).join(', ')
  const assignments = table.columns
    .filter(({ name }) => !table.primaryKey.includes(name))
    .map(({ name, version }) => {
      const column = quote(name)
      // The version that was there, not the one that is inserted, rises.
      return version === true ? `${column} = ${quote(table.name)}.${column} + 1` : `${column} = excluded.${column}`
    })
  if (assignments.length === 0) {
    const [first] = table.primaryKey.map(quote)
    assignments.push(`${first!} = excluded.${first!}`)
  }
  return ` ON CONFLICT (${target}) DO UPDATE SET ${assignments.join(', ')}`
}
