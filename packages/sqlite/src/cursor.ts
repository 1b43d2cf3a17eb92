import type { Batch, StoredRow } from '@holdfast/core/backend'
import { batchSize } from './connection.js'
import type { Connection } from './connection.js'
import { explained } from './prepared.js'
import type { PreparedQuery } from './prepared.js'

/** The rows of a query that have not been taken yet. */
export class Cursor {
  readonly #connection: Connection
  readonly #query: PreparedQuery
  readonly #ended: () => void
  #rows: IterableIterator<StoredRow> | undefined
  #drained: Batch[] = []
  /** What went wrong while the rows were taken into memory: it is the reader's, not the writer's. */
  #failure: { readonly error: unknown } | undefined

  constructor(
    connection: Connection,
    rows: IterableIterator<StoredRow>,
    query: PreparedQuery,
    ended: () => void,
  ) {
    this.#connection = connection
    this.#rows = rows
    this.#query = query
    this.#ended = ended
  }

  /** The next rows; undefined at the end. */
  next(): Batch | undefined {
    const batch = this.#drained.shift()
    if (batch === undefined && this.#failure !== undefined) throw this.#failure.error
    return batch ?? this.#read()
  }

  /** Takes all rows that are left into memory. */
  drain(): void {
    const drained: Batch[] = []
    try {
      for (let batch = this.#read(); batch !== undefined; batch = this.#read()) drained.push(batch)
    } catch (error) {
      this.#failure = { error }
    }
    this.#drained.push(...drained)
  }

  close(): void {
    this.#drained = []
    this.#failure = undefined
    this.#rows?.return?.()
    this.#end()
  }

  #end(): void {
    if (this.#rows === undefined) return
    this.#rows = undefined
    this.#ended()
  }

  #read(): Batch | undefined {
    const rows = this.#rows
    if (rows === undefined) return undefined
    try {
      return explained(this.#connection, this.#query, () => this.#take(rows))
    } catch (error) {
      this.close()
      throw error
    }
  }

  #take(rows: IterableIterator<StoredRow>): Batch | undefined {
    const { decode } = this.#query.form
    const batch: Batch = []
    while (batch.length < batchSize) {
      const next: IteratorResult<StoredRow, unknown> = rows.next()
      if (next.done === true) {
        this.#end()
        break
      }
      batch.push(decode === undefined ? next.value : decode(next.value))
    }
    return batch.length > 0 ? batch : undefined
  }
}
