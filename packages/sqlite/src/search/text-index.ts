import type { TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Database } from 'better-sqlite3'
import type { Connection } from '../connection.js'

/**
 * A full-text index of some text columns of a table: an FTS5 table without a copy of the texts, kept up by triggers, so
 * that it is never stale, whoever writes. Its rows have the number of the table's rows or, where these have no lasting
 * number, of a table that numbers the keys.
 */
export interface TextIndex {
  readonly table: TableDefinition
  /** In order, each once. */
  readonly columns: readonly string[]
  /** The key column that is SQLite's own row number. */
  readonly rowidKey: string | undefined
  /** Of the FTS5 table. */
  readonly name: string
}

const prefix = 'holdfast_search'

export function textIndexOf(
  table: TableDefinition,
  columns: readonly string[],
  rowidKey: string | undefined,
): TextIndex {
  const sorted = [...new Set(columns)].sort()
  return { table, columns: sorted, rowidKey, name: [prefix, table.name, ...sorted].join('.') }
}

const keysOf = ({ name }: TextIndex) => quote(`${name}.keys`)

/** The query for the keys of rows that match, best first; bound are the query and the limit. */
export function searchSql(index: TextIndex): string {
  const { name, rowidKey, table } = index
  const matches = `SELECT rowid AS number, rank FROM ${quote(name)} WHERE ${quote(name)} MATCH ?`
  if (rowidKey !== undefined) {
    return `SELECT number AS ${quote(rowidKey)} FROM (${matches}) ORDER BY rank, number LIMIT ?`
  }
  const keys = table.primaryKey.map((key, position) => `k.k${position} AS ${quote(key)}`).join(', ')
  const order = table.primaryKey.map((_, position) => `k.k${position}`).join(', ')
  return `SELECT ${keys} FROM (${matches}) AS m JOIN ${keysOf(index)} AS k ON k.id = m.number ORDER BY m.rank, ${order} LIMIT ?`
}

export function hasTextIndex(database: Database, index: TextIndex): boolean {
  const sql =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? AND name IN (?, ?, ?)"
  const triggers = triggersOf(index).map(({ name }) => name)
  return (
    database
      .prepare(sql)
      .pluck()
      .get(index.table.name, ...triggers) === triggers.length
  )
}

/** Makes the index and fills it; inside a transaction. One that lost its table is made anew. */
export function createTextIndex(connection: Connection, index: TextIndex): void {
  const { name, columns, table, rowidKey } = index
  const fields = columns.map((_, position) => `c${position}`).join(', ')
  const texts = columns.map(quote).join(', ')
  for (const sql of dropSql(name)) connection.define(sql)
  connection.define(
    `CREATE VIRTUAL TABLE ${quote(name)} USING fts5(${fields}, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')`,
  )
  if (rowidKey === undefined) {
    const keys = table.primaryKey.map((_, position) => `k${position}`).join(', ')
    const names = table.primaryKey.map(quote).join(', ')
    connection.define(`CREATE TABLE ${keysOf(index)} (id INTEGER PRIMARY KEY, ${keys}, UNIQUE (${keys}))`)
    connection.define(`INSERT INTO ${keysOf(index)} (${keys}) SELECT ${names} FROM ${quote(table.name)}`)
    connection.define(
      `INSERT INTO ${quote(name)} (rowid, ${fields}) SELECT k.id, ${texts} FROM ${quote(table.name)} AS t JOIN ${keysOf(index)} AS k ON ${sameKey(index, 't')}`,
    )
  } else {
    connection.define(
      `INSERT INTO ${quote(name)} (rowid, ${fields}) SELECT ${quote(rowidKey)}, ${texts} FROM ${quote(table.name)}`,
    )
  }
  for (const trigger of triggersOf(index)) connection.define(trigger.sql)
}

/** Drops the indexes of a table that is being dropped; its triggers go with it. */
export function dropTextIndexes(connection: Connection, table: string): void {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE %'"
  const names = connection.database.prepare(sql).pluck().all() as string[]
  for (const name of names) {
    if (!name.startsWith(`${prefix}.${table}.`)) continue
    for (const drop of dropSql(name)) connection.define(drop)
  }
}

function dropSql(name: string): readonly string[] {
  return [
    `DROP TABLE IF EXISTS ${quote(name)}`,
    `DROP TABLE IF EXISTS ${quote(`${name}.keys`)}`,
    ...triggerNames(name).map((trigger) => `DROP TRIGGER IF EXISTS ${quote(trigger)}`),
  ]
}

const triggerNames = (name: string) => ['insert', 'update', 'delete'].map((event) => `${name}.${event}`)

function triggersOf(index: TextIndex): readonly { readonly name: string; readonly sql: string }[] {
  const { name, columns, table } = index
  const [insert, update, remove] = triggerNames(name) as [string, string, string]
  const trigger = (triggerName: string, event: string, ...actions: readonly string[]) => ({
    name: triggerName,
    sql: `CREATE TRIGGER ${quote(triggerName)} AFTER ${event} ON ${quote(table.name)} BEGIN ${actions.join('; ')}; END`,
  })
  // A row that takes the place of another one by `insert or replace` sets off no other trigger.
  const put = [takeOut(index, 'new'), putIn(index)]
  const names = columns.map(quote).join(', ')
  return [
    trigger(insert, 'INSERT', ...addKey(index), ...put),
    trigger(update, `UPDATE OF ${names}`, ...put),
    trigger(remove, 'DELETE', takeOut(index, 'old'), ...removeKey(index)),
  ]
}

/** The number under which a row is indexed. */
function numberOf(index: TextIndex, row: 'new' | 'old'): string {
  return index.rowidKey === undefined
    ? `(SELECT id FROM ${keysOf(index)} AS k WHERE ${sameKey(index, row)})`
    : `${row}.${quote(index.rowidKey)}`
}

function sameKey({ table }: TextIndex, row: string): string {
  return table.primaryKey.map((key, position) => `k.k${position} = ${row}.${quote(key)}`).join(' AND ')
}

function takeOut(index: TextIndex, row: 'new' | 'old'): string {
  return `DELETE FROM ${quote(index.name)} WHERE rowid = ${numberOf(index, row)}`
}

function putIn(index: TextIndex): string {
  const fields = index.columns.map((_, position) => `c${position}`).join(', ')
  const texts = index.columns.map((column) => `new.${quote(column)}`).join(', ')
  return `INSERT INTO ${quote(index.name)} (rowid, ${fields}) VALUES (${numberOf(index, 'new')}, ${texts})`
}

function addKey(index: TextIndex): readonly string[] {
  if (index.rowidKey !== undefined) return []
  const { primaryKey } = index.table
  const keys = primaryKey.map((_, position) => `k${position}`).join(', ')
  const values = primaryKey.map((key) => `new.${quote(key)}`).join(', ')
  return [`INSERT OR IGNORE INTO ${keysOf(index)} (${keys}) VALUES (${values})`]
}

function removeKey(index: TextIndex): readonly string[] {
  if (index.rowidKey !== undefined) return []
  const same = index.table.primaryKey.map((key, position) => `k${position} = old.${quote(key)}`).join(' AND ')
  return [`DELETE FROM ${keysOf(index)} WHERE ${same}`]
}
