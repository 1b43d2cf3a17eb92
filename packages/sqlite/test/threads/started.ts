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
 * Whether the event loop went on between a call and its answer: what is done on the event loop is done before anything else
 * has its turn.
 */
export async function letsOthersRun(call: () => Promise<unknown>): Promise<boolean> {
  let turns = 0
  const immediate = setImmediate(() => turns++)
  await call()
  clearImmediate(immediate)
  return turns > 0
}
