import { keyOfRow, tupleIdentity } from '@holdfast/core/backend'
import type { ColumnDefinition, Key, StoredRow, TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { rowidKeyOf } from './catalog/create-table.js'
import { bindValue, rowBinder } from './codec.js'
import type { BindRow } from './codec.js'
import { registered } from './functions/registered.js'

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
  /** The `select` of a whole row by its key, as SQLite has it. */
  readonly read: string
  /** The `update` of these columns of a row by its key and, if one is expected, its version. */
  patch(names: readonly string[], versioned: boolean): string
  /** The `delete` of a row, likewise. */
  remove(versioned: boolean): string
  /** Rows of one statement, the largest first. */
  chunks(onConflict: OnConflict, binding: RowBinding): readonly number[]
  readonly bindKey: (key: Key) => unknown[]
  readonly column: (name: string) => ColumnDefinition
}

export interface RowBinding {
  readonly columns: readonly ColumnDefinition[]
  readonly bind: BindRow
  /** The `insert` of so many rows. */
  insert(rows: number, onConflict: OnConflict): string
}

/** What a table that another program had its hands in asks of statements that write it. */
export interface WritingRules {
  /**
   * Whether its triggers do as they say: a conflict clause of the statement would be theirs as well. Without one a statement
   * of several rows is not told apart from one that is wholly undone.
   */
  readonly triggered: boolean
  /** Whether the column may make another value of one: such are refused. */
  readonly alters: (column: ColumnDefinition) => boolean
}

const noRules: WritingRules = { triggered: false, alters: () => false }

const layouts = new WeakMap<TableDefinition, TableLayout>()

/** The layout of a table that is as Holdfast makes them. */
export function layoutOf(table: TableDefinition): TableLayout {
  let layout = layouts.get(table)
  if (layout === undefined) layouts.set(table, (layout = makeLayout(table, noRules)))
  return layout
}

/** Below SQLite's limit on placeholders. */
const maxPlaceholders = 32_000

export function makeLayout(table: TableDefinition, rules: WritingRules): TableLayout {
  const columns = new Map(table.columns.map((column) => [column.name, column]))
  const keys = table.primaryKey.map((name) => columns.get(name)!)
  const generated = table.columns.find((column) => column.generated !== undefined)
  const version = table.columns.find((column) => column.version === true)
  const whole = rowBinding(table, table.columns, rules)
  const keyless = rowBinding(
    table,
    table.columns.filter((column) => column !== generated),
    rules,
  )
  const chunks = rules.triggered
    ? { spilling: [1], free: [1] }
    : { spilling: chunksOf(table, spillingRows(table)), free: chunksOf(table, 32) }
  const keyCondition = keys.map(({ name }) => `${quote(name)} = ?`).join(' AND ')
  const condition = (versioned: boolean) =>
    versioned && version !== undefined ? `${keyCondition} AND ${quote(version.name)} = ?` : keyCondition
  const patches = new Map<string, string>()
  const removal = (versioned: boolean) => `DELETE FROM ${quote(table.name)} WHERE ${condition(versioned)}`
  const removals = { versioned: removal(true), plain: removal(false) }
  const givesRowid = rowidKeyOf(table) !== undefined
  return {
    table,
    generated,
    version,
    keyOf: keyOfRow(table),
    identityOf: tupleIdentity(keys.map(({ type }) => type)),
    whole,
    keyless,
    keyCondition,
    read: `SELECT * FROM ${quote(table.name)} WHERE ${keyCondition}`,
    patch: (names, versioned) => {
      const id = `${names.join()} ${versioned}`
      let text = patches.get(id)
      if (text === undefined) {
        const set = names.map((name) => columns.get(name)!)
        patches.set(id, (text = patchText(table, set, condition(versioned), version, rules)))
      }
      return text
    },
    remove: (versioned) => (versioned ? removals.versioned : removals.plain),
    chunks: (onConflict, binding) => {
      const keepsJournal = onConflict === 'replace' || (givesRowid && binding === whole)
      return keepsJournal ? chunks.spilling : chunks.free
    },
    bindKey: keyBinder(keys),
    column: (name) => columns.get(name)!,
  }
}

function keyBinder(keys: readonly ColumnDefinition[]): (key: Key) => unknown[] {
  const [only] = keys
  if (keys.length === 1) return (key) => [bindValue(only!.type, key[0]!)]
  return (key) => keys.map(({ type }, index) => bindValue(type, key[index]!))
}

/**
 * A statement of several rows that can be undone by itself keeps a journal, which goes to a file from 64 kB on: dearer than
 * all that such statements save. `or fail` is not undone by itself, but SQLite keeps the journal all the same where a row
 * number is given or a row may be replaced. Each tree that rows are put into in no order costs it a page a row.
 */
function spillingRows(table: TableDefinition): number {
  const trees = table.indexes.length + (rowidKeyOf(table) === undefined ? 1 : 0)
  return [32, 4][trees] ?? 1
}

function chunksOf({ columns }: TableDefinition, most: number): readonly number[] {
  return [32, 8, 4, 1].filter(
    (rows) => rows === 1 || (rows <= most && rows * columns.length <= maxPlaceholders),
  )
}

/** What a table's own conflict clauses say is overruled, where that overrules no trigger's as well. */
export function updateWords({ triggered }: Pick<WritingRules, 'triggered'>): string {
  return triggered ? 'UPDATE' : 'UPDATE OR ABORT'
}

function insertWords(rows: number, { triggered }: WritingRules): string {
  if (triggered) return 'INSERT'
  return rows > 1 ? 'INSERT OR FAIL' : 'INSERT OR ABORT'
}

const placeholder = (column: ColumnDefinition, { alters }: WritingRules) =>
  alters(column) ? `${registered.kept}(?)` : '?'

function patchText(
  table: TableDefinition,
  columns: readonly ColumnDefinition[],
  condition: string,
  version: ColumnDefinition | undefined,
  rules: WritingRules,
): string {
  const assignments = columns.map((column) => `${quote(column.name)} = ${placeholder(column, rules)}`)
  if (version !== undefined) assignments.push(`${quote(version.name)} = ${quote(version.name)} + 1`)
  // Nothing to set: the row must be found all the same.
  if (assignments.length === 0)
    assignments.push(`${quote(table.primaryKey[0]!)} = ${quote(table.primaryKey[0]!)}`)
  return `${updateWords(rules)} ${quote(table.name)} SET ${assignments.join(', ')} WHERE ${condition}`
}

function rowBinding(
  table: TableDefinition,
  columns: readonly ColumnDefinition[],
  rules: WritingRules,
): RowBinding {
  const texts = new Map<string, string>()
  const names = columns.map(({ name }) => quote(name)).join(', ')
  const row = `(${columns.map((column) => placeholder(column, rules)).join(', ')})`
  return {
    columns,
    bind: rowBinder(columns),
    insert(rows, onConflict) {
      const id = `${onConflict}${rows}`
      let text = texts.get(id)
      if (text === undefined) {
        const values =
          columns.length === 0
            ? 'DEFAULT VALUES'
            : `(${names}) VALUES ${Array<string>(rows).fill(row).join(', ')}`
        text = `${insertWords(rows, rules)} INTO ${quote(table.name)} ${values}${conflictClause(table, onConflict)}`
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
      return version === true
        ? `${column} = ${quote(table.name)}.${column} + 1`
        : `${column} = excluded.${column}`
    })
  if (assignments.length === 0) {
    const [first] = table.primaryKey.map(quote)
    assignments.push(`${first!} = excluded.${first!}`)
  }
  return ` ON CONFLICT (${target}) DO UPDATE SET ${assignments.join(', ')}`
}
