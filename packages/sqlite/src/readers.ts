import type { Lease } from './access.js'
import { Connection } from './connection.js'
import { openReader } from './open-database.js'
import type { ResolvedOptions } from './options.js'

/** Connections that only read: one for short reads, and one for each open stream. */
export class Readers {
  readonly #options: ResolvedOptions
  readonly #idle: Connection[] = []
  readonly #lent = new Set<Connection>()
  #primary: Connection | undefined

  constructor(options: ResolvedOptions) {
    this.#options = options
  }

  /** For reads that are over when the call returns. */
  get primary(): Connection {
    return (this.#primary ??= this.#open())
  }

  /** Lends a connection. As many as `readers` are kept for the next stream. */
  lease(): Lease {
    const connection = this.#idle.pop() ?? this.#open()
    this.#lent.add(connection)
    return { connection, release: () => this.#release(connection) }
  }

  close(): void {
    this.#primary?.close()
    for (const connection of [...this.#idle, ...this.#lent]) connection.close()
  }

  #release(connection: Connection): void {
    if (!this.#lent.delete(connection)) return
    if (this.#idle.length < this.#options.readers) this.#idle.push(connection)
    else connection.close()
  }

  #open(): Connection {
    return new Connection(openReader(this.#options))
  }
}
