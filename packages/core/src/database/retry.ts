import { setTimeout } from 'node:timers/promises'
import { throwIfAborted } from '../backend/abort.js'
import type { ErrorCode } from '../backend/errors.js'
import { CallerFault, isOurs } from './faults.js'

export interface RetryPolicy {
  readonly attempts: number
  /** Milliseconds. */
  readonly delay: number
  readonly maximumDelay: number
}

export const defaultDelays = { delay: 10, maximumDelay: 1_000 }

/** Of calls that core makes atomic by a transaction of its own: nothing of the caller's runs twice. */
export const defaultRetry: RetryPolicy = { attempts: 5, ...defaultDelays }

/**
 * What says that nothing has happened and that it may go well the next time. Not `CONNECTION_LOST` and `TIMEOUT`: the
 * commit may have arrived.
 */
const retried: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['CONFLICT', 'BUSY', 'CONNECTION_FAILED'])

/** Runs work again while it fails with what passes, waiting a random time below a limit that doubles. */
export async function retrying<Result>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= policy.attempts || !mayPass(error)) throw error
    }
    const limit = Math.min(policy.delay * 2 ** (attempt - 1), policy.maximumDelay)
    await pause(Math.random() * limit, signal)
  }
}

function mayPass(error: unknown): boolean {
  const thrown = error instanceof CallerFault ? error.thrown : error
  return isOurs(thrown) && retried.has(thrown.code)
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  // The reason of an abort is told by the check that follows.
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined)
  throwIfAborted(signal)
}
