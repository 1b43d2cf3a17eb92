import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { ResolvedOptions } from '../options.js'
import { NoThreads, Thread } from './thread.js'

/** Threads that are started when they are first needed, so many of them at most. */
export class ThreadPool {
  readonly #options: ResolvedOptions
  readonly #most: number
  /** Those that can be used. */
  readonly #threads = new Set<Thread>()
  /** Of every thread that was started, until it is no more. */
  readonly #exits = new Set<Promise<void>>()
  /** Who waits for a thread to be free, in the order of asking. */
  readonly #waiting: (() => void)[] = []
  #usable = true
  #closed = false

  constructor(options: ResolvedOptions, most: number) {
    this.#options = options
    this.#most = most
  }

  /** False once it has turned out that threads cannot be started here. */
  get usable(): boolean {
    return this.#usable && this.#most > 0
  }

  /** A thread that has begun and has nothing to do; starts one, for later, where there is none. */
  get ready(): Thread | undefined {
    const idle = this.#idle()
    if (idle === undefined && this.#threads.size < this.#most && this.usable) this.#tryStart()
    return idle?.ready === true ? idle : undefined
  }

  /**
   * Waits for a thread that has nothing to do, and starts one if there may be more.
   *
   * @throws NoThreads where none can be started
   */
  async take(signal?: AbortSignal): Promise<Thread> {
    for (;;) {
      throwIfAborted(signal)
      if (this.#closed) throw new HoldfastError('CLOSED', 'The database is closed.')
      if (!this.#usable) throw new NoThreads('Threads cannot be started.')
      const thread = this.#idle() ?? (this.#threads.size < this.#most ? this.#tryStart() : undefined)
      if (thread !== undefined) return thread
      await this.#free(signal)
    }
  }

  /** Ends all threads, each when SQLite returns from what it does in it. */
  async close(): Promise<void> {
    this.#closed = true
    for (const wake of this.#waiting.splice(0)) wake()
    for (const thread of this.#threads) thread.terminate()
    await Promise.all(this.#exits)
  }

  /** Of those that are free, one in which no stream is open, if there is one. */
  #idle(): Thread | undefined {
    let idle: Thread | undefined
    for (const thread of this.#threads) {
      if (!thread.idle) continue
      if (thread.unused) return thread
      idle ??= thread
    }
    return idle
  }

  #tryStart(): Thread | undefined {
    try {
      const thread = new Thread(this.#options, {
        idle: () => this.#wake(),
        lost: (lost) => {
          if (this.#threads.delete(lost)) this.#wake()
        },
        unusable: () => this.#giveUp(),
      })
      this.#threads.add(thread)
      this.#exits.add(thread.exited)
      void thread.exited.then(() => this.#exits.delete(thread.exited))
      return thread
    } catch (error) {
      this.#giveUp()
      throw error
    }
  }

  /** No thread can be started: from now on all is done without. */
  #giveUp(): void {
    this.#usable = false
    for (const wake of this.#waiting.splice(0)) wake()
  }

  #wake(): void {
    this.#waiting.shift()?.()
  }

  #free(signal: AbortSignal | undefined): Promise<void> {
    return new Promise<void>((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(wake), 1)
        resolve()
      }
      this.#waiting.push(wake)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }
}
