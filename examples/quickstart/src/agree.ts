/**
 * Whether two answers are the same: the same rows in the same order. Doubles may differ by the rounding of a sum taken in
 * another order (rule AGG-3); everything else must be equal.
 */
export function agree(left: readonly object[], right: readonly object[]): boolean {
  return left.length === right.length && left.every((row, index) => sameValue(row, right[index]))
}

function sameValue(left: unknown, right: unknown): boolean {
  if (typeof left === 'number' && typeof right === 'number') {
    return left === right || Math.abs(left - right) <= 1e-12 * Math.max(Math.abs(left), Math.abs(right))
  }
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime()
  if (typeof left === 'object' && left !== null && typeof right === 'object' && right !== null) {
    const names = Object.keys(left)
    if (names.join() !== Object.keys(right).join()) return false
    return names.every((name) =>
      sameValue(left[name as keyof typeof left], right[name as keyof typeof right]),
    )
  }
  return left === right
}
