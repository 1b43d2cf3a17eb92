import { HoldfastError } from '@holdfast/core/backend'
import { Worker } from 'node:worker_threads'
import type { ResolvedOptions } from '../options.js'
import { threadEntry } from '../thread-entry.js'
import { fromFailure } from './failure.js'
import type { Reply, Request, RowsReply, ThreadData } from './messages.js'

/** Who waits for what a thread answers to one request. */
export interface Listener {
  rows?(reply: RowsReply): void
  done?(answer: unknown): void
  failed(error: Error): void
}

/** Who is told what becomes of a thread. */
export interface ThreadWatcher {
  /** It has nothing to do any more. */
  idle(): void
  /** It has ended, or is about to: it cannot be used again. May be told twice. */
  lost(thread: Thread): void
  /** It could not begin, and so no other one can. */
  unusable(): void
}

/** Why a request was not begun: threads cannot be used here, so the work is to be done without. */
export class NoThreads extends Error {
  override readonly name = 'NoThreads'
}

/** The listener of a read that nobody wants any more. */
const nobody: Listener = { failed: () => undefined }

/** Milliseconds in which a thread lets go of a read, unless SQLite is in the middle of a long step. */
const patience = 100

/** A thread with what it was asked for. It keeps the process alive only while somebody waits for it. */
export class Thread {
  readonly #worker: Worker
  readonly #watcher: ThreadWatcher
  readonly #listeners = new Map<number, Listener>()
  /** Settles when the thread is no more. */
  readonly exited: Promise<void>
  #ready = false
  #terminated = false
  #failure: unknown
  /** Requests that it works on now: a stream that waits for its reader is none. */
  readonly #working = new Set<number>()
  /** Those of them that somebody waits for. */
  readonly #awaited = new Set<number>()
  #requests = 0

  /** @throws NoThreads where there can be none */
  constructor(options: ResolvedOptions, watcher: ThreadWatcher) {
    this.#watcher = watcher
    try {
      this.#worker = new Worker(threadEntry, {
        workerData: { options } satisfies ThreadData,
        name: 'holdfast-sqlite',
      })
    } catch (cause) {
      throw new NoThreads('A thread cannot be started.', { cause })
    }
    this.#worker.on('message', (reply: Reply) => this.#receive(reply))
    this.#worker.on('error', (error: unknown) => {
      this.#failure = error
    })
    this.exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#end()
        resolve()
      })
    })
    this.#worker.unref()
  }

  /** Whether it has begun to work, and so can. */
  get ready(): boolean {
    return this.#ready
  }

  get idle(): boolean {
    return this.#working.size === 0
  }

  /** Whether nothing is open in it. */
  get unused(): boolean {
    return this.#listeners.size === 0
  }

  /** Hands over a request; returns its number. */
  ask(request: (id: number) => Request, listener: Listener, buffers: readonly ArrayBuffer[] = []): number {
    const id = ++this.#requests
    this.#worker.postMessage(request(id), buffers)
    this.#listeners.set(id, listener)
    this.#works(id)
    return id
  }

  /** Asks for one more batch. */
  more(id: number): void {
    if (!this.#listeners.has(id)) return
    this.#works(id)
    this.#worker.postMessage({ kind: 'more', id } satisfies Request)
  }

  /** Asks for a write to be undone, which is heard of as its failure unless it is too late. */
  cancel(id: number): void {
    this.#worker.postMessage({ kind: 'end', id } satisfies Request)
  }

  /** Lets go of a read. Where SQLite does not, nobody else uses the thread, and so it is ended. */
  abandon(id: number): void {
    if (!this.#listeners.has(id)) return
    this.#listeners.set(id, nobody)
    this.#working.add(id)
    this.#awaitsNot(id)
    this.#worker.postMessage({ kind: 'end', id } satisfies Request)
    setTimeout(() => {
      const stuck = this.#listeners.get(id) === nobody
      if (stuck && [...this.#listeners.values()].every((listener) => listener === nobody))
        void this.terminate()
    }, patience).unref()
  }

  /** A batch has come, and none was asked for: it waits for its reader. */
  rests(id: number): void {
    this.#rests(id)
  }

  /** Ends the thread as soon as SQLite returns from what it does in it: nothing more is asked of it. */
  terminate(): void {
    this.#terminated = true
    this.#watcher.lost(this)
    void this.#worker.terminate()
  }

  #receive(reply: Reply): void {
    if (reply.kind === 'ready') {
      this.#ready = true
      return
    }
    const { id } = reply
    const listener = this.#listeners.get(id)
    if (reply.kind === 'rows' && !reply.last) return listener?.rows?.(reply)
    this.#listeners.delete(id)
    this.#rests(id)
    if (reply.kind === 'rows') listener?.rows?.(reply)
    else if (reply.kind === 'done') listener?.done?.(reply.answer)
    else listener?.failed(fromFailure(reply.failure))
  }

  #works(id: number): void {
    this.#working.add(id)
    this.#awaited.add(id)
    this.#worker.ref()
  }

  #rests(id: number): void {
    if (this.#working.delete(id) && this.idle) this.#watcher.idle()
    this.#awaitsNot(id)
  }

  /** What ends is awaited to its end: a reply that still comes must not let the process end before. */
  #awaitsNot(id: number): void {
    if (this.#awaited.delete(id) && this.#awaited.size === 0 && !this.#terminated) this.#worker.unref()
  }

  #end(): void {
    const listeners = [...this.#listeners.values()]
    this.#listeners.clear()
    this.#working.clear()
    this.#awaited.clear()
    const never = !this.#ready && !this.#terminated
    if (never) this.#watcher.unusable()
    this.#watcher.lost(this)
    for (const listener of listeners) listener.failed(never ? neverBegan(this.#failure) : died(this.#failure))
  }
}

function neverBegan(cause: unknown): NoThreads {
  return new NoThreads('The program of a thread cannot be run.', { cause })
}

function died(cause: unknown): HoldfastError {
  const message =
    'The thread that SQLite worked in for this call has ended before it was done. Whether a write took effect is unknown; the next call gets a new thread.'
  return new HoldfastError('CONNECTION_LOST', message, { cause })
}
