import { raw, sql } from '@holdfast/sql'
import type { Fragment } from '@holdfast/sql'

/**
 * Guards that make arithmetic total: PostgreSQL fails where a value leaves its type. Integers are computed in a wider
 * type, brought to just outside the range, and what then lies there is null. The operand is evaluated once.
 *
 * `least` and `greatest` leave nulls out, so that a null ends at the limit, and is null again.
 */
function within(value: Fragment, below: Fragment, above: Fragment): Fragment {
  return sql`nullif(nullif(greatest(least(${value}, ${above}), ${below}), ${above}), ${below})`
}

/** Null for an integer, of any type, outside ±(2^53 − 1). */
export function safeInteger(value: Fragment): Fragment {
  return within(value, raw('-9007199254740992'), raw('9007199254740992'))
}

/** Null for a numeric outside int64. */
export function int64(value: Fragment): Fragment {
  return sql`${within(value, raw('-9223372036854775809'), raw('9223372036854775808'))}::int8`
}

/** Null for a numeric of more than so many digits before the point. */
export function digitsBeforePoint(value: Fragment, digits: number): Fragment {
  return within(value, raw(`-1e${digits}`), raw(`1e${digits}`))
}

/** A power of two as a double. */
export function powerOfTwo(exponent: number): Fragment {
  return raw(`'${2 ** exponent}'::float8`)
}
