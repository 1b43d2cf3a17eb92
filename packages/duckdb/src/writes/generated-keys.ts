import type { TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { parameterEncoder } from '../codec/bindings.js'
import type { Binding } from '../codec/bindings.js'
import type { Connection } from '../connection.js'
import { layoutOf } from '../layout.js'
import type { NamedColumn } from '../codec/rows.js'

/** Keys that no row holds any more and that must not come again; the greatest of a table counts. */
export const keysTable = 'holdfast_keys'

export const createKeysTable = `CREATE TABLE IF NOT EXISTS ${keysTable} (name VARCHAR NOT NULL, last BIGINT NOT NULL)`

type GeneratedKey = number | bigint

/**
 * The greatest generated key of each table that was ever given out. It is counted here, for all connections, because
 * sequences of DuckDB cannot be raised to a key that a caller gave. On disk the greatest key of the rows tells it; only what
 * rows that are deleted held has to be written down.
 */
export class GeneratedKeys {
  readonly #last = new Map<string, GeneratedKey | undefined>()
  /** What `keysTable` holds already. */
  readonly #written = new Map<string, GeneratedKey>()

  /** The greatest key of the table, undefined if there was none. */
  async last(connection: Connection, table: TableDefinition): Promise<GeneratedKey | undefined> {
    const { name } = table
    if (!this.#last.has(name)) this.#last.set(name, await readLast(connection, table))
    return this.#last.get(name)
  }

  /** To be told of every key that was given out or stored. */
  raise({ name }: TableDefinition, key: GeneratedKey): void {
    const last = this.#last.get(name)
    if (last === undefined || key > last) this.#last.set(name, key)
  }

  /** Writes the greatest key down, in the transaction that deletes rows, if it is not yet. */
  async remember(connection: Connection, table: TableDefinition): Promise<void> {
    const last = await this.last(connection, table)
    if (last === undefined || this.#written.get(table.name) === last) return
    // Never changed but only added to, so that transactions side by side do not conflict.
    await connection.run({
      sql: `INSERT INTO ${keysTable} (name, last) VALUES ($1, CAST($2 AS BIGINT))`,
      bindings: [bindText(table.name), bindKey(last)],
    })
    this.#written.set(table.name, last)
  }

  /** To be called when a transaction that wrote keys down was undone. */
  forgetWritten(): void {
    this.#written.clear()
  }

  /** To be called when tables were made or dropped, or such a change was undone. */
  forget(): void {
    this.#last.clear()
    this.#written.clear()
  }

  /** Writes down the greatest keys of all tables that generate them: rows may go without our being told. */
  async rememberAll(connection: Connection, tables: readonly TableDefinition[]): Promise<void> {
    for (const table of tables)
      if (layoutOf(table).generated !== undefined) await this.remember(connection, table)
  }

  /** Whether keys were given out that are not written down. */
  get unwritten(): boolean {
    return [...this.#last].some(([name, last]) => last !== undefined && this.#written.get(name) !== last)
  }
}

const bindText = (value: string) => parameterEncoder({ name: 'text' })(value) as Binding
const bindKey = (value: GeneratedKey) => parameterEncoder({ name: 'bigint' })(value) as Binding

async function readLast(connection: Connection, table: TableDefinition): Promise<GeneratedKey | undefined> {
  const { generated } = layoutOf(table)
  const columns: readonly NamedColumn[] = [{ name: 'last', type: generated!.type, nullable: true }]
  const greatest = `SELECT max(${quote(generated!.name)}) AS last FROM ${quote(table.name)}`
  const written = `SELECT max(last) FROM ${keysTable} WHERE name = $1`
  const sql = `SELECT greatest((${greatest}), (${written})) AS last`
  const [row] = await connection.all({ sql, columns, bindings: [bindText(table.name)] })
  return (row?.['last'] as GeneratedKey | null | undefined) ?? undefined
}

/** Drops what is known of a table that is made anew or dropped. */
export async function dropKeys(connection: Connection, name: string): Promise<void> {
  await connection.run({ sql: `DELETE FROM ${keysTable} WHERE name = $1`, bindings: [bindText(name)] })
}
