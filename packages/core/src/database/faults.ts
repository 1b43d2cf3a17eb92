import { HoldfastError, isHoldfastError } from '../backend/errors.js'

/** Carries what the caller's own iterable threw past the places that turn unknown errors into `HoldfastError`. */
export class CallerFault extends Error {
  readonly thrown: unknown

  constructor(thrown: unknown) {
    super()
    this.thrown = thrown
  }
}

/** What to throw to the user for something that was caught: their own error, an error of ours, or `ENGINE` with the cause. */
export function publicError(caught: unknown, backend: string): unknown {
  if (caught instanceof CallerFault) return caught.thrown
  if (isOurs(caught)) return caught
  return new HoldfastError(
    'ENGINE',
    `The engine "${backend}" failed in a way that has no code of its own. The error's cause holds what it said.`,
    { cause: caught },
  )
}

/** Runs code that looks at what the user gave, which may throw anything: proxies and getters are the user's code. */
export function reading<Result>(what: string, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (isOurs(error)) throw error
    throw new HoldfastError('INVALID_ARGUMENT', `${what} threw an error while it was read.`, { cause: error })
  }
}

/** As `isHoldfastError`, also for values that throw when they are looked at. */
export function isOurs(value: unknown): value is HoldfastError {
  try {
    return isHoldfastError(value)
  } catch {
    return false
  }
}
