import type { TableDefinition } from '@holdfast/core/backend'
import { raw, sql } from '@holdfast/sql'
import type { Dialect } from '@holdfast/sql'
import type { Statement } from 'better-sqlite3'
import { mayAlter } from './catalog/affinity.js'
import { readCatalog, unknownTable } from './catalog/catalog.js'
import type { CatalogTable } from './catalog/catalog.js'
import { checkedColumn } from './catalog/checked-column.js'
import { rowidKeyOf } from './catalog/create-table.js'
import type { Connection, Layouts } from './connection.js'
import { guarded } from './errors.js'
import { dialect } from './dialect.js'
import { exactAggregates } from './functions/aggregates.js'
import { registered } from './functions/registered.js'
import { layoutOf, makeLayout, updateWords } from './layout.js'
import type { TableLayout, WritingRules } from './layout.js'

/** Milliseconds for which what is known counts as fresh: another process may change tables at any time. */
const freshness = 1

interface Dialects {
  readonly plain: Dialect
  readonly exact: Dialect
}

/** What is known of the database's tables, read again when it may have changed. */
export class Schema implements Layouts {
  readonly #connection: () => Connection
  #tables: ReadonlyMap<string, CatalogTable> | undefined
  #layouts = new WeakMap<TableDefinition, TableLayout>()
  /** SQLite's own count of changes to the schema, as it was at the last look. */
  #version: unknown
  #versionStatement: Statement | undefined
  #lookedAt = Number.NEGATIVE_INFINITY
  #watching = false
  #epoch = 0

  #dialects: Dialects | undefined

  /** @param connection the one that sees the latest state, and what is not committed yet */
  constructor(connection: () => Connection) {
    this.#connection = connection
  }

  /** The dialect for the tables as they are now. */
  get dialect(): Dialect {
    return this.#current().plain
  }

  /** The same with sums that are exact whatever their parts are. */
  get exactDialect(): Dialect {
    return this.#current().exact
  }

  /** Every table that the connection sees now. */
  read(connection: Connection): readonly TableDefinition[] {
    this.look()
    return [...this.#tablesOf(connection).values()].map(({ definition }) => definition)
  }

  /** The key column, if there is one, that is SQLite's own row number. */
  rowidKeyOf(table: TableDefinition): string | undefined {
    const found = this.#find(table)
    return found === undefined || found.own ? rowidKeyOf(table)?.name : found.rowidAlias
  }

  layoutOf(table: TableDefinition): TableLayout {
    this.look()
    return this.#layouts.get(table) ?? this.#makeLayout(table)
  }

  /** Notices that another connection has changed tables; returns the number of the state that is known. */
  look(): number {
    const now = performance.now()
    if (now - this.#lookedAt >= freshness || this.#watching) {
      this.#lookedAt = now
      const version = this.#readVersion()
      if (version !== this.#version) {
        this.forget()
        this.#version = version
      }
    }
    return this.#epoch
  }

  /** From now on looks at every use: somebody else has this connection too. */
  watch(): void {
    this.#watching = true
  }

  /** To be called when tables may have changed: the next use looks. */
  suspect(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY
  }

  /** To be called when tables have changed, or a change of them was undone. */
  forget(): void {
    this.#tables = undefined
    this.#layouts = new WeakMap()
    // What the compiler keeps, it keeps by the dialect.
    this.#dialects = undefined
    this.suspect()
    this.#epoch++
  }

  /** What is known last where the file cannot be read now: what is about to be done with it fails by itself. */
  #readVersion(): unknown {
    try {
      this.#versionStatement ??= this.#connection().compile('PRAGMA schema_version').pluck()
      return this.#versionStatement.get()
    } catch {
      return this.#version
    }
  }

  #current(): Dialects {
    this.look()
    if (this.#dialects === undefined) {
      const plain = this.#makeDialect()
      const limits = { ...dialect.limits, expressionSize: 100_000, expressionDepth: 150 }
      this.#dialects = { plain, exact: { ...plain, aggregates: exactAggregates, limits } }
    }
    return this.#dialects
  }

  /** Reads columns of tables which other programs made with a check of every value, and writes them with theirs. */
  #makeDialect(): Dialect {
    return {
      ...dialect,
      table: (table) => {
        this.#find(table)
        return dialect.table(table)
      },
      column: (reference, column, table) => {
        const found = this.#find(table)
        const plain = found === undefined || found.own || found.rowidAlias === column.name
        return plain ? reference : checkedColumn(reference, column)
      },
      update: (table) => updateWords({ triggered: this.#find(table)?.triggered === true }),
      assigned: (value, column, table) =>
        rulesOf(this.#find(table)).alters(column) ? sql`${raw(registered.kept)}(${value})` : value,
    }
  }

  #makeLayout(table: TableDefinition): TableLayout {
    const found = this.#find(table)
    const plain = found === undefined || (found.own && !found.triggered)
    const layout = plain ? layoutOf(table) : makeLayout(table, rulesOf(found))
    if (found !== undefined) this.#layouts.set(table, layout)
    return layout
  }

  /** @throws HoldfastError `UNKNOWN_TABLE` where a name differs only in case, which SQLite takes for the same (WRITE-9) */
  #find({ name }: TableDefinition): CatalogTable | undefined {
    this.look()
    const connection = this.#connection()
    const found = this.#tablesOf(connection).get(name)
    if (found === undefined && connection.isNameTaken(name) && !connection.hasTable(name))
      throw unknownTable(name)
    return found
  }

  #tablesOf(connection: Connection): ReadonlyMap<string, CatalogTable> {
    // Others may be behind, in a snapshot that lasts.
    if (connection !== this.#connection()) return guarded(() => readCatalog(connection.database))
    return (this.#tables ??= guarded(() => readCatalog(connection.database)))
  }
}

function rulesOf(found: CatalogTable | undefined): WritingRules {
  return {
    triggered: found?.triggered === true,
    alters: ({ name, type }) => mayAlter(found?.affinities.get(name), type),
  }
}
