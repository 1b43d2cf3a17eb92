import type { Key, StoredRow, TableDefinition } from '../../schema/types.js'
import { HoldfastError } from '../errors.js'
import type { Batches, EngineTransaction, MaybePromise, Savepoint, Scan } from '../types.js'
import { tableIn } from './catalog.js'
import { rowOf, scanRows } from './reads.js'
import type { KeyValueSnapshot } from './store.js'
import type { KeyValueTable } from './table.js'

/** A transaction that only reads: the store as it was when it began. It keeps no writer waiting. */
export class SnapshotTransaction implements EngineTransaction {
  readonly #snapshot: KeyValueSnapshot
  readonly #tables: ReadonlyMap<string, KeyValueTable>

  constructor(snapshot: KeyValueSnapshot, tables: ReadonlyMap<string, KeyValueTable>) {
    this.#snapshot = snapshot
    this.#tables = tables
  }

  get(table: TableDefinition, key: Key): MaybePromise<StoredRow | undefined> {
    return rowOf(this.#snapshot, tableIn(this.#tables, table.name), key)
  }

  scan(request: Scan): Batches {
    return scanRows(this.#snapshot, tableIn(this.#tables, request.table.name), request)
  }

  write(): never {
    throw new HoldfastError('READ_ONLY', 'The transaction was begun to read only.')
  }

  savepoint(): Savepoint {
    return { release: nothing, rollback: nothing }
  }

  async commit(): Promise<void> {
    await this.#snapshot.close()
  }

  rollback(): Promise<void> {
    return this.commit()
  }
}

/** Calls back when a transaction has ended, in whichever way. */
export function ending(transaction: EngineTransaction, ended: () => void): EngineTransaction {
  return {
    scan: (request) => transaction.scan(request),
    get: (table, key) => transaction.get!(table, key),
    write: (changes) => transaction.write(changes),
    savepoint: () => transaction.savepoint(),
    commit: async () => {
      try {
        await transaction.commit()
      } finally {
        ended()
      }
    },
    rollback: async () => {
      try {
        await transaction.rollback()
      } finally {
        ended()
      }
    },
  }
}

function nothing(): void {}
