import { raw, sql } from '@holdfast/sql'
import type { Fragment } from '@holdfast/sql'

/**
 * Guards that make arithmetic total. They evaluate their operand once: it is brought to just outside the range, and
 * what then lies there is null. SQLite itself goes over to floating point where int64 overflows, and compares integers
 * with floating point exactly, so nothing that lies outside looks as if it lay inside.
 */
function within(value: Fragment, limit: Fragment): Fragment {
  return sql`nullif(nullif(max(-${limit}, min(${limit}, ${value})), ${limit}), -${limit})`
}

/** 2^53 */
const beyondSafe = raw('9007199254740992')

/** Null for an integer outside ±(2^53 − 1). */
export function safeInteger(value: Fragment): Fragment {
  return within(value, beyondSafe)
}

/** Null for an unscaled decimal of more digits than the precision. */
export function decimalOf(value: Fragment, precision: number): Fragment {
  return within(value, sql`${10n ** BigInt(precision)}`)
}

const infinity = raw('9e999')

/** Null for an infinity; −0 becomes 0. SQLite makes NaN null by itself. */
export function finite(value: Fragment): Fragment {
  return sql`nullif(nullif(${value} + 0.0, ${infinity}), -${infinity})`
}

/** Null for the floating-point number into which int64 overflows. Repeats its operand. */
export function int64(value: Fragment): Fragment {
  return sql`CASE WHEN typeof(${value}) = 'integer' THEN ${value} END`
}

/** 2^63, into which negating, or dividing by −1, the least int64 overflows. */
export const beyondInt64 = raw('9223372036854775808.0')
export const leastInt64 = raw('-9223372036854775808')
