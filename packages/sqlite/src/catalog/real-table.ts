import type { Database } from 'better-sqlite3'

/** A table as SQLite describes it. */
export interface RealTable {
  readonly name: string
  readonly strict: boolean
  readonly withoutRowid: boolean
  readonly columns: readonly RealColumn[]
  readonly indexes: readonly RealIndex[]
}

export interface RealColumn {
  readonly name: string
  /** As declared: anything, in any case, or nothing. */
  readonly type: string
  readonly notNull: boolean
  /** The position in the primary key, counted from 1; 0 outside it. */
  readonly key: number
  readonly generated: boolean
}

export interface RealIndex {
  readonly name: string
  readonly unique: boolean
  readonly isKey: boolean
  readonly partial: boolean
  /** Null for expressions. */
  readonly columns: readonly { readonly name: string | null; readonly collation: string }[]
}

interface TableRow {
  readonly name: string
  readonly type: string
  readonly wr: number
  readonly strict: number
}

/** The tables of the database file, without virtual ones, views and those that SQLite keeps for itself. */
export function realTables(database: Database): readonly RealTable[] {
  const rows = database
    .prepare("SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main' ORDER BY name")
    .all() as TableRow[]
  return rows
    .filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_'))
    .map((row) => realTable(database, row))
}

function realTable(database: Database, { name, wr, strict }: TableRow): RealTable {
  return {
    name,
    strict: strict === 1,
    withoutRowid: wr === 1,
    columns: columnsOf(database, name),
    indexes: indexesOf(database, name),
  }
}

function columnsOf(database: Database, table: string): readonly RealColumn[] {
  const rows = database
    .prepare('SELECT name, type, "notnull" AS required, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid')
    .all(table) as { name: string; type: string; required: number; pk: number; hidden: number }[]
  return rows.map(({ name, type, required, pk, hidden }) => ({
    name,
    type,
    notNull: required === 1,
    key: pk,
    generated: hidden !== 0,
  }))
}

function indexesOf(database: Database, table: string): readonly RealIndex[] {
  const rows = database
    .prepare('SELECT name, "unique" AS required, origin, partial FROM pragma_index_list(?) ORDER BY name')
    .all(table) as { name: string; required: number; origin: string; partial: number }[]
  const columns = database.prepare(
    'SELECT name, coll AS collation FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno',
  )
  return rows.map(({ name, required, origin, partial }) => ({
    name,
    unique: required === 1,
    isKey: origin === 'pk',
    partial: partial === 1,
    columns: columns.all(name) as RealIndex['columns'],
  }))
}
