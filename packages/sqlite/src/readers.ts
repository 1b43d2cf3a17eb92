import { HoldfastError } from '@holdfast/core/backend'
import type { OpenContext } from '@holdfast/core/backend'
import type { Lease, ReadingConnections } from './access.js'
import { Connection } from './connection.js'
import { openReader } from './open-database.js'
import { SameFile } from './same-file.js'
import { SharedSnapshot } from './shared-snapshot.js'
import type { ResolvedOptions } from './options.js'

/** Streams and transactions that may be open at once, by the option `readers`: those that nobody finishes stay open. */
const leasesPerReader = 100

function tooManyLeases(most: number): HoldfastError {
  return new HoldfastError(
    'LIMIT_EXCEEDED',
    `${most} streams and transactions that read are open at once, each with a connection of its own. Read streams to their end or leave their loops, or raise the option "readers".`,
  )
}

/** Connections that only read: one for short reads, and one for each open stream. */
export class Readers implements ReadingConnections {
  readonly #options: ResolvedOptions
  readonly #context: OpenContext
  readonly #idle: Connection[] = []
  readonly #lent = new Set<Connection>()
  #primary: SharedSnapshot | undefined
  readonly #file: SameFile
  #sharing: boolean

  constructor(options: ResolvedOptions, context: OpenContext) {
    this.#options = options
    this.#context = context
    this.#sharing = options.sharedReads
    this.#file = new SameFile(options.path)
    this.#file.join(this)
  }

  /** For reads that are over when the call returns: to be asked for at each. */
  get primary(): Connection {
    this.#primary ??= new SharedSnapshot(this.#open())
    if (this.#sharing) this.#primary.use()
    return this.#primary.connection
  }

  /** The same for what is no read of the user's, and so is none of several that follow each other. */
  get aside(): Connection {
    this.#primary ??= new SharedSnapshot(this.#open())
    return this.#primary.connection
  }

  /** To be called when something was written: the next read sees it, and so do those of other databases in the same file. */
  written(): void {
    this.#file.written()
  }

  refresh(): void {
    this.#primary?.end()
  }

  /** From now on every read sees what is there when it begins, whoever has written it. */
  neverShare(): void {
    this.#sharing = false
    this.refresh()
  }

  /** Lends a connection. As many as `readers` are kept for the next stream. */
  lease(): Lease {
    const most = leasesPerReader * (this.#options.readers + 1)
    if (this.#lent.size >= most) throw tooManyLeases(most)
    const connection = this.#idle.pop() ?? this.#open()
    this.#lent.add(connection)
    return { connection, release: () => this.#release(connection) }
  }

  close(): void {
    this.#file.leave(this)
    this.#primary?.end()
    this.#primary?.connection.close()
    for (const connection of [...this.#idle, ...this.#lent]) connection.close()
  }

  #release(connection: Connection): void {
    if (!this.#lent.delete(connection)) return
    if (this.#idle.length < this.#options.readers) this.#idle.push(connection)
    else connection.close()
  }

  #open(): Connection {
    return new Connection(openReader(this.#options), this.#context)
  }
}
