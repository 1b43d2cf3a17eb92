/** Equality of user values as TYPE-11 means it: equal, of the same JavaScript type, with nothing besides. */

/** Agreement of values that are exact only within a relative 10^-9 (AGG-6). */
const relativeTolerance = 1e-9

export function sameValue(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return Object.is(left, right)
  }
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false
  if (left instanceof Date) return left.getTime() === (right as Date).getTime()
  if (left instanceof Uint8Array) return sameBytes(left, right as Uint8Array)
  if (Array.isArray(left)) return sameList(left, right as unknown[])
  return sameMembers(left as Record<string, unknown>, right as Record<string, unknown>)
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}

function sameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => sameValue(item, right[index]))
}

function sameMembers(left: Record<string, unknown>, right: Record<string, unknown>): boolean {
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameValue(left[name], right[name]))
  )
}

function closeNumbers(left: unknown, right: unknown): boolean {
  if (typeof left !== 'number' || typeof right !== 'number') return sameValue(left, right)
  return Math.abs(left - right) <= relativeTolerance * Math.max(Math.abs(left), Math.abs(right))
}

/** Whether two rows are the same, but for a tolerance in the columns named. */
export function sameRow(left: unknown, right: unknown, approximate: ReadonlySet<string>): boolean {
  if (approximate.size === 0 || !isRow(left) || !isRow(right)) return sameValue(left, right)
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every(
      (name) =>
        Object.hasOwn(right, name) &&
        (approximate.has(name) ? closeNumbers(left[name], right[name]) : sameValue(left[name], right[name])),
    )
  )
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** The index of the first difference between two lists of rows; -1 when there is none. */
export function firstDifference(
  left: readonly unknown[],
  right: readonly unknown[],
  approximate: ReadonlySet<string> = new Set(),
): number {
  const length = Math.max(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    if (index >= left.length || index >= right.length) return index
    if (!sameRow(left[index], right[index], approximate)) return index
  }
  return -1
}
