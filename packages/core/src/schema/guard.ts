import { HoldfastError } from '../backend/errors.js'
import type { ErrorCode } from '../backend/errors.js'

/**
 * Reads from an object of the caller, whose accessors and proxy traps may throw anything. What they throw is kept as
 * `cause` and not looked at: it may be hostile as well.
 *
 * @throws HoldfastError `code`
 */
export function guard<Result>(code: ErrorCode, path: string, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    throw new HoldfastError(code, `${path} cannot be read: an accessor or proxy in it throws`, {
      path,
      cause,
    })
  }
}

/**
 * The members of a plain object of the caller, each read once; undefined when it is something else. The copy has no
 * prototype, so that a member named like one of `Object.prototype` is absent when it is.
 *
 * @throws HoldfastError `code`
 */
export function membersOf(
  value: unknown,
  code: ErrorCode,
  path: string,
): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return guard(code, path, () => (isPlainObject(value) ? { __proto__: null, ...value } : undefined))
}

/** Whether an object was made by `{}`, also in another realm, or has no prototype. May run a proxy's trap. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}
