import type { Change, Changes, OpenContext, WriteResult } from '@holdfast/core/backend'
import type { Connection } from '../connection.js'
import type { WriteQueue } from '../write-queue.js'
import { rowsOf } from '../writes/changes.js'
import { askToWrite } from './ask.js'
import { buffersOf, packObjects } from './columns.js'
import { KnownStatements } from './lengths.js'
import type { Lengths, Measured } from './lengths.js'
import type { Definition, PackedChange } from './messages.js'
import type { ThreadPool } from './pool.js'
import type { ThreadRules } from './rules.js'
import type { Thread } from './thread.js'

/** A statement that changes rows of one table. */
export interface ChangingStatement extends Measured {
  readonly tables: readonly [string]
}

interface Parts {
  readonly pool: ThreadPool
  readonly lengths: Lengths
  readonly rules: ThreadRules
  /** The connection that writes on the event loop. */
  readonly connection: Connection
  readonly turns: WriteQueue
  readonly written: () => void
  readonly context: OpenContext
}

/**
 * Writes that take long, in a thread. Whoever writes on the event loop waits for its turn meanwhile, as for any other
 * writer of this process.
 */
export class WritesApart {
  readonly #parts: Parts
  /** By their texts, for they are compiled anew each time. */
  readonly #statements = new KnownStatements()
  /** Reads beside the last large writes, those beside the last one counting most. */
  #reads = 0
  #allowed = true

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** To be called at each short read: who reads beside a large write would have to wait for it. */
  read(): void {
    this.#reads++
  }

  /** From now on nothing is written in a thread: somebody else has the connection that writes, and must not find it locked. */
  forbid(): void {
    this.#allowed = false
  }

  /** The thread for these changes, if they are to be made in one. */
  forChanges({ changes }: Changes): Thread | undefined {
    const { rules, pool } = this.#parts
    const rows = rowsOf(changes)
    if (rows < rules.fewestWrittenRows || !this.#allowed) return undefined
    const isAlone = this.#reads < rules.readsBesides
    this.#reads /= 2
    if (isAlone || rows > rules.mostWrittenRows) return undefined
    // One that is to be started first is there for the next write.
    return pool.ready
  }

  /** Whether a statement is to be run in a thread. */
  isLong(statement: Measured, values: readonly unknown[]): boolean {
    const { pool, lengths, connection } = this.#parts
    return (
      this.#allowed &&
      pool.usable &&
      lengths.isLong(
        () => connection,
        statement,
        () => values,
      )
    )
  }

  /** Runs a statement on the event loop, and keeps in mind how long that took. */
  measure<Result>(statement: Measured, run: () => Result): Result {
    return this.#parts.lengths.measure(this.#statements.get(statement), run)
  }

  /** Makes changes in a thread, wholly or not at all. */
  change(thread: Thread, { changes, signal }: Changes): Promise<WriteResult> {
    return this.#inTurn(() => {
      const packed = changes.map(pack)
      const buffers = packed.flatMap((change) => (change.kind === 'insert' ? buffersOf(change.rows) : []))
      return askToWrite(thread, { kind: 'changes', changes: packed }, { buffers, signal })
    }, signal)
  }

  /**
   * Runs a statement in a thread; says how many rows it has changed.
   *
   * @throws NoThreads where none can be started
   */
  statement(statement: ChangingStatement, values: readonly unknown[]): Promise<number> {
    const { pool, lengths, context } = this.#parts
    const { sql, tables } = statement
    const [table] = tables
    return this.#inTurn(async () => {
      const thread = await pool.take()
      const start = performance.now()
      const changed = await askToWrite(thread, { kind: 'statement', sql, table, values })
      const milliseconds = performance.now() - start
      lengths.took(this.#statements.get(statement), milliseconds)
      if (context.reporting()) context.report({ sql, rows: changed, milliseconds })
      return changed
    })
  }

  /** Whether to define something over all rows of a table is to be done in a thread. */
  isLarge(table: string): boolean {
    const { pool, lengths, connection } = this.#parts
    return this.#allowed && pool.usable && lengths.isLarge(connection, table)
  }

  /**
   * Defines something in a thread.
   *
   * @throws NoThreads where none can be started
   */
  define(definition: Definition): Promise<void> {
    return this.#inTurn(async () => askToWrite(await this.#parts.pool.take(), definition))
  }

  async #inTurn<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const { turns, written } = this.#parts
    await turns.enter(signal)
    try {
      const result = await work()
      written()
      return result
    } finally {
      turns.leave()
    }
  }
}

function pack(change: Change): PackedChange {
  if (change.kind !== 'insert') return change
  const names = change.table.columns.map(({ name }) => name)
  return { ...change, rows: packObjects(names, change.rows) }
}
