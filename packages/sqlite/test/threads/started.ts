import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Worker } from 'node:worker_threads'
import { onTestFinished } from 'vitest'

/** The threads that are started from now on, as Node tells of them. */
export function startedThreads(): readonly Worker[] {
  const started: Worker[] = []
  const listener = (message: unknown) => void started.push((message as { readonly worker: Worker }).worker)
  subscribe('worker_threads', listener)
  onTestFinished(() => void unsubscribe('worker_threads', listener))
  return started
}

/** Node's number of a thread that has ended. */
export const endedThread = -1

/**
 * Whether the event loop was free between a call and its answer. What is done on it is done with promises alone, before
 * anything else has its turn; what a thread answers comes later.
 */
export async function letsOthersRun(call: () => Promise<unknown>): Promise<boolean> {
  let others = false
  process.nextTick(() => (others = true))
  await call()
  return others
}
