import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Sale } from '../../../data/sales.ts'

/** What a thread with a connection of its own is asked for: how many sales an aggregate counts, or to write some. */
export type Request = { readonly aggregate: string } | { readonly write: readonly Sale[] }

/** TypeScript from the sources, JavaScript where it was built. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

export interface SqliteWorker {
  /** One at a time. */
  ask<Reply = unknown>(request: Request): Promise<Reply>
  end(): Promise<unknown>
}

export function startWorker(path: string): SqliteWorker {
  const worker = new Worker(new URL(`sqlite-worker${extension}`, import.meta.url), { workerData: path })
  return {
    async ask<Reply>(request: Request) {
      worker.postMessage(request)
      const [reply] = (await once(worker, 'message')) as [Reply]
      return reply
    },
    end: () => worker.terminate(),
  }
}
