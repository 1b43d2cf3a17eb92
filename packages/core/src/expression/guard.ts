import { isHoldfastError } from '../backend/errors.js'
import type { ErrorCode } from '../backend/errors.js'
import { failure } from './path.js'
import type { Path } from './path.js'

/**
 * Runs what may run code of the caller, the traps of a proxy or an accessor: what that throws becomes a typed error.
 *
 * @throws HoldfastError of the code given, or the one thrown inside
 */
export function guarded<Result>(
  code: ErrorCode,
  what: string,
  path: Path | undefined,
  read: () => Result,
): Result {
  try {
    return read()
  } catch (error) {
    if (isHoldfastErrorSafely(error)) throw error
    throw failure(code, `${what} cannot be read`, path, error)
  }
}

/** What a trap throws may itself be a proxy that throws. */
function isHoldfastErrorSafely(error: unknown): boolean {
  try {
    return isHoldfastError(error)
  } catch {
    return false
  }
}
