import type { Change, OpenContext, TableDefinition } from '@holdfast/core/backend'
import { createIndex } from '../catalog/catalog.js'
import { Connection } from '../connection.js'
import { guarded } from '../errors.js'
import { openAnotherWriter } from '../open-database.js'
import type { ResolvedOptions } from '../options.js'
import { explained } from '../prepared.js'
import { Schema } from '../schema.js'
import { makeTextIndex } from '../search/search.js'
import { WriteQueue } from '../write-queue.js'
import { applyChanges, rowsOf } from '../writes/changes.js'
import { transactionBracket, Writing } from '../writing.js'
import { rowUnpacker } from './columns.js'
import type { UnpackRows } from './columns.js'
import type { PackedChange, WriteRequest } from './messages.js'

export const silent: OpenContext = { report: () => undefined, reporting: () => false }

/** Does large writes on a connection of a thread, as the engine does them on its own. */
export class WriteServer {
  readonly #connection: Connection
  readonly #writing: Writing
  readonly #tables = new Map<string, TableDefinition>()
  readonly #unpackers = new WeakMap<TableDefinition, UnpackRows>()

  constructor(options: ResolvedOptions) {
    const schema: Schema = new Schema(() => this.#connection)
    this.#connection = new Connection(openAnotherWriter(options), silent, schema)
    const { timeout } = options
    this.#writing = new Writing({
      connection: this.#connection,
      turns: new WriteQueue(timeout),
      bracket: transactionBracket,
      timeout,
      written: () => undefined,
    })
  }

  async write(request: WriteRequest, signal: AbortSignal): Promise<unknown> {
    switch (request.kind) {
      case 'changes': {
        const changes = request.changes.map((change) => this.#unpacked(change))
        return this.#writing.many((connection) => applyChanges(connection, changes), rowsOf(changes), signal)
      }
      case 'statement': {
        const { sql, table, values } = request
        return this.#writing.one((connection) =>
          explained(connection, { sql, tables: [table] }, () => connection.run(sql, ...values)),
        )
      }
      case 'index': {
        const { table, index } = request
        return this.#writing.whole((connection) => guarded(() => createIndex(connection, table, index)))
      }
      case 'textIndex':
        return makeTextIndex(request.index, this.#writing)
      case 'checkpoint':
        // What readers still need stays: the next one takes it.
        this.#connection.database.pragma('wal_checkpoint(PASSIVE)')
        return undefined
    }
  }

  #unpacked(change: PackedChange): Change {
    const table = this.#known(change.table)
    if (change.kind !== 'insert') return { ...change, table }
    let unpack = this.#unpackers.get(table)
    if (unpack === undefined) this.#unpackers.set(table, (unpack = rowUnpacker(change.rows.names)))
    return { ...change, table, rows: unpack(change.rows) }
  }

  /** The same object for the same table, so that what is made for it is made once. */
  #known(table: TableDefinition): TableDefinition {
    const text = JSON.stringify(table, (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}n` : value,
    )
    const known = this.#tables.get(text)
    if (known !== undefined) return known
    this.#tables.set(text, table)
    return table
  }
}
