import type { Batch, Key } from '@holdfast/core/backend'
import type { BatchSource } from './access.js'
import type { Connection, OpenRead } from './connection.js'

/** Keys looked up at once. */
export const keysAtOnce = 1000

/** A statement that is not over as long as its second row is not asked for, and has read the file by its first. */
const anchor = 'SELECT 1 FROM (SELECT count(*) FROM sqlite_schema), (VALUES (1), (2))'

/**
 * The rows of a long list of keys, part by part, all in one state: a statement that stays open keeps the connection's
 * snapshot. A write on the same connection takes the rows that are left into memory first.
 */
export class KeyList implements BatchSource, OpenRead {
  readonly #connection: Connection
  readonly #keys: readonly Key[]
  readonly #read: (keys: readonly Key[]) => Batch
  readonly #anchor: IterableIterator<unknown>
  #next = 0
  #drained: Batch[] = []
  /** What went wrong while the rows were taken into memory: it is the reader's, not the writer's. */
  #failure: { readonly error: unknown } | undefined
  #open = true

  /** @param read the rows of some keys, at once */
  constructor(connection: Connection, keys: readonly Key[], read: (keys: readonly Key[]) => Batch) {
    this.#connection = connection
    this.#keys = keys
    this.#read = read
    this.#anchor = connection.compile(anchor).iterate()
    this.#anchor.next()
    connection.began(this)
  }

  next(): Batch | undefined {
    const batch = this.#drained.shift()
    if (batch === undefined && this.#failure !== undefined) throw this.#failure.error
    return batch ?? this.#part()
  }

  drain(): void {
    try {
      for (let batch = this.#part(); batch !== undefined; batch = this.#part()) this.#drained.push(batch)
    } catch (error) {
      this.#failure = { error }
    }
    this.#end()
  }

  close(): void {
    this.#drained = []
    this.#failure = undefined
    this.#end()
  }

  /** Undefined when all keys have been looked up. */
  #part(): Batch | undefined {
    if (!this.#open) return undefined
    const start = this.#next
    this.#next += keysAtOnce
    if (start < this.#keys.length) return this.#read(this.#keys.slice(start, this.#next))
    this.#end()
    return undefined
  }

  #end(): void {
    if (!this.#open) return
    this.#open = false
    this.#anchor.return?.()
    this.#connection.ended(this)
  }
}
