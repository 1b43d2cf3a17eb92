import type { OpenContext } from '@holdfast/core/backend'
import type { Connection } from '../connection.js'
import type { ResolvedOptions } from '../options.js'
import type { WriteQueue } from '../write-queue.js'
import { Checkpoints } from './checkpoints.js'
import { Lengths } from './lengths.js'
import { ThreadPool } from './pool.js'
import { ReadsApart } from './reads-apart.js'
import type { ThreadRules } from './rules.js'
import { WritesApart } from './writes-apart.js'

interface Parts {
  readonly options: ResolvedOptions
  readonly context: OpenContext
  readonly rules: ThreadRules
  /** The connection for short reads. */
  readonly reader: () => Connection
  readonly writer: Connection
  readonly turns: WriteQueue
  /** Called when a write is done, before anybody is told. */
  readonly written: () => void
}

/** The threads of an engine: some for reads, and one for writes. None is started before it is needed. */
export class Threads {
  readonly reads: ReadsApart
  /** Absent where nothing may be written. */
  readonly writes: WritesApart | undefined
  readonly checkpoints: Checkpoints
  readonly #pools: readonly ThreadPool[]

  constructor({ options, context, rules, reader, writer, turns, written }: Parts) {
    const lengths = new Lengths(rules)
    const readers = new ThreadPool(options, options.threads)
    // Of its own, for a write that waited for a long query would keep all other writes waiting.
    const writers = new ThreadPool(options, Math.min(1, options.threads))
    this.#pools = [readers, writers]
    const short = () => this.writes?.read()
    this.reads = new ReadsApart({ pool: readers, lengths, connection: reader, context, short })
    this.checkpoints = new Checkpoints(writers, writer, rules)
    this.writes = options.readOnly
      ? undefined
      : new WritesApart({ pool: writers, lengths, rules, connection: writer, turns, written, context })
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()))
  }
}
