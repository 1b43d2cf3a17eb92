import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Sale } from '../../../data/sales.ts'

/** What a thread with a connection of its own is asked for: how many sales an aggregate counts, or to write some. */
export type Request = { readonly aggregate: string } | { readonly write: readonly Sale[] }

/** TypeScript from the sources, JavaScript where it was built. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

/** Threads that are started when they are first needed. */
export class SqliteWorkers {
  readonly #path: string
  readonly #started: SqliteWorker[] = []

  constructor(path: string) {
    this.#path = path
  }

  some(count: number): readonly SqliteWorker[] {
    while (this.#started.length < count) this.#started.push(new SqliteWorker(this.#path))
    return this.#started.slice(0, count)
  }

  async end(): Promise<void> {
    await Promise.all(this.#started.map((worker) => worker.end()))
  }
}

class SqliteWorker {
  readonly #worker: Worker

  constructor(path: string) {
    this.#worker = new Worker(new URL(`sqlite-worker${extension}`, import.meta.url), { workerData: path })
  }

  /** One request at a time. */
  async ask<Reply = unknown>(request: Request): Promise<Reply> {
    this.#worker.postMessage(request)
    const [reply] = (await once(this.#worker, 'message')) as [Reply]
    return reply
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
