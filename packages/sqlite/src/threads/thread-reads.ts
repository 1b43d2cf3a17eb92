import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { PackedRows } from './columns.js'
import { batchesAhead } from './messages.js'
import type { ReadRequest, RowsReply } from './messages.js'
import type { ThreadPool } from './pool.js'
import type { Thread } from './thread.js'

/** What a thread has read, and how long it took SQLite there. */
export interface ThreadBatch {
  readonly rows: PackedRows
  readonly milliseconds: number
}

/**
 * Reads in a thread, batch by batch. Leaving the loop, or aborting, lets go of the thread.
 *
 * @throws NoThreads before the first batch where there can be no thread
 */
export async function* readInThread(
  pool: ThreadPool,
  request: ReadRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<ThreadBatch, void, void> {
  const thread = await pool.take(signal)
  const reading = new Reading(thread, request)
  const abort = () => reading.abort(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    for (;;) {
      throwIfAborted(signal)
      const reply = await reading.next()
      if (reply.rows.count > 0) yield reply
      if (reply.last) return
      reading.taken()
    }
  } finally {
    signal?.removeEventListener('abort', abort)
    reading.leave()
  }
}

/** Batches of one read as they come from its thread. */
class Reading {
  readonly #thread: Thread
  readonly #id: number
  readonly #come: RowsReply[] = []
  /** Batches that the thread may make now. */
  #asked = batchesAhead
  #failure: Error | undefined
  #wake: (() => void) | undefined

  constructor(thread: Thread, read: ReadRequest) {
    this.#thread = thread
    this.#id = thread.ask((id) => ({ kind: 'read', id, read }), {
      rows: (reply) => {
        this.#come.push(reply)
        this.#asked--
        if (this.#asked === 0) thread.rests(this.#id)
        this.#changed()
      },
      failed: (error) => this.#fail(error),
    })
  }

  async next(): Promise<RowsReply> {
    for (;;) {
      const reply = this.#come.shift()
      if (reply !== undefined) return reply
      if (this.#failure !== undefined) throw this.#failure
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** A batch has been used: one more may be made. */
  taken(): void {
    this.#asked++
    this.#thread.more(this.#id)
  }

  abort(reason: unknown): void {
    this.leave()
    this.#come.length = 0
    this.#fail(new HoldfastError('ABORTED', 'The call was aborted.', { cause: reason }))
  }

  leave(): void {
    this.#thread.abandon(this.#id)
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#changed()
  }

  #changed(): void {
    this.#wake?.()
    this.#wake = undefined
  }
}
