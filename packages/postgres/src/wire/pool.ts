import { HoldfastError, isHoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { MaybePromise } from '@holdfast/core/backend'
import type { Connection } from './connection.js'

export interface PoolSettings {
  /** Connections that are kept open when nobody needs them, and opened at most. */
  readonly min: number
  readonly max: number
  /** Milliseconds to wait for a connection. */
  readonly acquireTimeout: number
  /** Milliseconds after which an unused connection is closed; 0 for never. */
  readonly idleTimeout: number
  /** Milliseconds after which a connection is replaced; 0 for never. */
  readonly maxLifetime: number
}

export interface PoolCounts {
  readonly open: number
  readonly idle: number
  readonly waiting: number
}

type Open = (onLost: (connection: Connection) => void) => Promise<Connection>

interface Waiter {
  readonly give: (connection: Connection) => void
  readonly giveUp: (error: Error) => void
}

/** Lends connections, each to one user at a time. */
export class Pool {
  readonly #settings: PoolSettings
  readonly #open: Open
  readonly #all = new Set<Connection>()
  /** The one used last is at the end, and is lent first. */
  readonly #idle: Connection[] = []
  readonly #waiting: Waiter[] = []
  #opening = 0
  #sweeping: NodeJS.Timeout | undefined
  #closed = false

  constructor(settings: PoolSettings, open: Open) {
    this.#settings = settings
    this.#open = open
  }

  get counts(): PoolCounts {
    return { open: this.#all.size, idle: this.#idle.length, waiting: this.#waiting.length }
  }

  get connections(): Iterable<Connection> {
    return this.#all
  }

  /**
   * A connection that nobody else uses: at once where one is free.
   *
   * @throws HoldfastError `TIMEOUT`, `ABORTED`, `CLOSED`, or why none can be opened
   */
  acquire(signal?: AbortSignal): MaybePromise<Connection> {
    throwIfAborted(signal)
    if (this.#closed) throw closed()
    const connection = this.#idle.pop()
    return connection ?? this.#acquireLater(signal)
  }

  /** Takes a connection back. One that is broken, too old or in the middle of something is not kept. */
  release(connection: Connection): void {
    if (connection.lost) return this.#openForWaiting()
    if (this.#closed || connection.inTransaction || this.#isExpired(connection))
      return this.#discard(connection)
    const waiter = this.#waiting.shift()
    if (waiter !== undefined) return waiter.give(connection)
    connection.idleSince = performance.now()
    this.#idle.push(connection)
    this.#scheduleSweep()
  }

  /**
   * Whether a call failed because a connection had broken before, while nobody used it, as all do when a server starts
   * anew. What only reads may then be asked for once more. Others that have been unused as long are closed: they will
   * have broken too.
   */
  brokeUnused(connection: Connection, error: unknown): boolean {
    const isLost = isHoldfastError(error) && error.code === 'CONNECTION_LOST'
    if (!isLost || !connection.wasIdle || this.#closed) return false
    for (const other of [...this.#idle]) {
      if (other.idleSince <= connection.idleSince) this.#discard(other)
    }
    return true
  }

  /** Opens what is to be kept open. */
  async fill(): Promise<void> {
    const missing = Math.max(1, this.#settings.min) - this.#all.size
    const opened = await Promise.allSettled(Array.from({ length: missing }, () => this.#openOne()))
    for (const one of opened) if (one.status === 'fulfilled') this.release(one.value)
    for (const one of opened) if (one.status === 'rejected') throw one.reason
  }

  /** Closes all connections; those that are in use are cut off. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#sweeping)
    for (const waiter of this.#waiting.splice(0)) waiter.giveUp(closed())
    const idle = new Set(this.#idle.splice(0))
    await Promise.all(
      [...this.#all].map(async (connection) => {
        if (idle.has(connection)) await connection.close()
        else connection.destroy()
      }),
    )
  }

  #acquireLater(signal: AbortSignal | undefined): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        const place = this.#waiting.indexOf(waiter)
        if (place !== -1) this.#waiting.splice(place, 1)
      }
      const waiter: Waiter = {
        give: (connection) => {
          settle()
          resolve(connection)
        },
        giveUp: (error) => {
          settle()
          reject(error)
        },
      }
      const abort = () =>
        waiter.giveUp(new HoldfastError('ABORTED', 'The call was aborted.', { cause: signal?.reason }))
      const timer = setTimeout(() => waiter.giveUp(this.#exhausted()), this.#settings.acquireTimeout)
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiting.push(waiter)
      this.#openForWaiting()
    })
  }

  /** Opens a connection for whoever has waited longest, if there may be one more. */
  #openForWaiting(): void {
    if (this.#closed || this.#opening >= this.#waiting.length) return
    if (this.#all.size + this.#opening >= this.#settings.max) return
    this.#openOne().then(
      (connection) => this.release(connection),
      (error: unknown) => {
        this.#waiting.shift()?.giveUp(error as Error)
        this.#openForWaiting()
      },
    )
  }

  async #openOne(): Promise<Connection> {
    this.#opening++
    try {
      const connection = await this.#open((lost) => this.#remove(lost))
      if (!connection.lost) this.#all.add(connection)
      return connection
    } finally {
      this.#opening--
    }
  }

  #remove(connection: Connection): void {
    this.#all.delete(connection)
    const place = this.#idle.indexOf(connection)
    if (place !== -1) this.#idle.splice(place, 1)
    this.#openForWaiting()
  }

  #discard(connection: Connection): void {
    this.#remove(connection)
    connection.close().catch(() => undefined)
  }

  #isExpired(connection: Connection): boolean {
    const { maxLifetime } = this.#settings
    return maxLifetime > 0 && performance.now() - connection.since >= maxLifetime
  }

  /** Looks after connections that nobody uses, as long as there are any to look after. */
  #scheduleSweep(): void {
    if (this.#sweeping !== undefined || this.#closed) return
    const { idleTimeout, maxLifetime } = this.#settings
    const wait = Math.min(...[idleTimeout, maxLifetime].filter((limit) => limit > 0), 2 ** 31 - 1)
    if (wait === 2 ** 31 - 1) return
    this.#sweeping = setTimeout(
      () => {
        this.#sweeping = undefined
        this.#sweep()
        if (this.#idle.length > 0) this.#scheduleSweep()
      },
      Math.max(wait / 2, 10),
    )
    this.#sweeping.unref()
  }

  #sweep(): void {
    const { idleTimeout, min } = this.#settings
    const now = performance.now()
    for (const connection of [...this.#idle]) {
      const unused = idleTimeout > 0 && now - connection.idleSince >= idleTimeout && this.#all.size > min
      if (unused || this.#isExpired(connection)) this.#discard(connection)
    }
  }

  #exhausted(): HoldfastError {
    const { max, acquireTimeout } = this.#settings
    return new HoldfastError(
      'TIMEOUT',
      `All ${max} connections were in use for more than ${acquireTimeout} ms. End transactions and streams sooner, or raise the option "max" or "acquireTimeout".`,
    )
  }
}

function closed(): HoldfastError {
  return new HoldfastError('CLOSED', 'The database is closed.')
}
