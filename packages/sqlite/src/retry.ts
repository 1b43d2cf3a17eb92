import { HoldfastError, isHoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { MaybePromise } from '@holdfast/core/backend'
import { setTimeout as delay } from 'node:timers/promises'
import { hasResultCode, toHoldfastError } from './errors.js'

/** Milliseconds between attempts: short at first, for most locks are held shortly. */
const delays = [1, 2, 5, 10, 25]

/**
 * Makes an attempt at once and, while another process holds the file, again until the timeout: without ever stopping the
 * event loop, as SQLite's own waiting would. What is thrown is Holdfast's error, `BUSY` in the end.
 */
export function retrying<Result>(
  attempt: () => Result,
  timeout: number,
  signal?: AbortSignal,
): MaybePromise<Result> {
  try {
    return attempt()
  } catch (error) {
    if (!isBusy(error) || timeout === 0) throw toHoldfastError(error)
    return retryLater(attempt, timeout, signal)
  }
}

async function retryLater<Result>(
  attempt: () => Result,
  timeout: number,
  signal?: AbortSignal,
): Promise<Result> {
  const deadline = performance.now() + timeout
  for (let count = 0; ; count++) {
    await delay(delays[Math.min(count, delays.length - 1)])
    throwIfAborted(signal)
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error)) throw toHoldfastError(error)
      if (performance.now() >= deadline) throw stillBusy(timeout, error)
    }
  }
}

function isBusy(error: unknown): boolean {
  const native = isHoldfastError(error) ? error.cause : error
  // A snapshot that is too old to write from stays so.
  return hasResultCode(native, 'SQLITE_BUSY') && !hasResultCode(native, 'SQLITE_BUSY_SNAPSHOT')
}

function stillBusy(timeout: number, cause: unknown): HoldfastError {
  return new HoldfastError(
    'BUSY',
    `Another process held the database file for more than ${timeout} ms. Try again, or raise the option "timeout".`,
    { cause },
  )
}
