import { HoldfastError } from './errors.js'

/** Throws `ABORTED` if the caller has aborted, with the signal's reason as the cause. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new HoldfastError('ABORTED', 'The call was aborted.', { cause: signal.reason })
}
