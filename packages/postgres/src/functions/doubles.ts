import { sql } from '@holdfast/sql'
import type { Fragment } from '@holdfast/sql'
import { powerOfTwo } from './ranges.js'

/**
 * Arithmetic of doubles that never fails. PostgreSQL refuses a result that overflows, and one that underflows to 0, so
 * each formula first finds out, with operands scaled by powers of two and so without loss, whether it would: a result
 * that overflows is null, one that underflows 0.
 *
 * Where an operand is a parameter PostgreSQL computes what follows from it alone beforehand, in each branch that it has
 * not ruled out: a scaling stands only where a condition on the same operand guards it.
 */

const large = powerOfTwo(1021)

/** The quarter, or nothing where the other operand is so large that this one plays no part. */
const quarter = (value: Fragment) => sql`CASE WHEN abs(${value}) <= 1 THEN 0 ELSE ${value} / 4 END`

function sum(operator: '+' | '-', a: Fragment, b: Fragment): Fragment {
  const whole = operator === '+' ? sql`${a} + ${b}` : sql`${a} - ${b}`
  const [left, right] = [quarter(a), quarter(b)]
  const scaled = operator === '+' ? sql`${left} + ${right}` : sql`${left} - ${right}`
  return sql`CASE WHEN abs(${a}) < ${large} AND abs(${b}) < ${large} THEN ${whole} WHEN abs(${scaled}) < ${powerOfTwo(1022)} THEN ${whole} END`
}

export const addDoubles = (a: Fragment, b: Fragment): Fragment => sum('+', a, b)
export const subtractDoubles = (a: Fragment, b: Fragment): Fragment => sum('-', a, b)

export function multiplyDoubles(a: Fragment, b: Fragment): Fragment {
  const scaled = sql`abs((${a} * ${powerOfTwo(-512)}) * (${b} * ${powerOfTwo(-512)}))`
  const [smaller, larger] = [sql`least(abs(${a}), abs(${b}))`, sql`greatest(abs(${a}), abs(${b}))`]
  // The product is 0 if it is at most half of the least double, 2^-1074.
  const remains = sql`CASE WHEN ${larger} > ${powerOfTwo(-538)} THEN ${smaller} * ${powerOfTwo(600)} * ${larger} > ${powerOfTwo(-475)} END`
  return sql`CASE WHEN abs(${a}) > 1 AND abs(${b}) > 1 THEN CASE WHEN ${scaled} < 1 THEN ${a} * ${b} END WHEN abs(${a}) < 1 AND abs(${b}) < 1 THEN CASE WHEN ${remains} THEN ${a} * ${b} ELSE 0 END ELSE ${a} * ${b} END`
}

export function divideDoubles(a: Fragment, b: Fragment): Fragment {
  const [dividend, divisor] = [sql`abs(${a})`, sql`abs(${b})`]
  const quotient = sql`${a} / ${b}`
  // Below 1 by more than 1: the quotient may underflow.
  const remains = sql`CASE WHEN ${dividend} >= ${powerOfTwo(-538)} OR ${divisor} <= ${powerOfTwo(538)} THEN ${dividend} * ${powerOfTwo(600)} / ${divisor} > ${powerOfTwo(-475)} END`
  // Of a null divisor, which also comes here, null.
  const small = sql`CASE WHEN ${remains} THEN ${quotient} ELSE 0 * ${b} END`
  // By less than 1: it may overflow.
  const ofSmall = sql`CASE WHEN ${divisor} > ${powerOfTwo(-1000)} THEN ${quotient} WHEN ${dividend} / (${divisor} * ${powerOfTwo(600)}) < ${powerOfTwo(424)} THEN ${quotient} END`
  const ofLarge = sql`CASE WHEN ${dividend} < ${powerOfTwo(500)} AND ${divisor} > ${powerOfTwo(-500)} THEN ${quotient} WHEN abs(${a} * ${powerOfTwo(-600)}) / (${divisor} * ${powerOfTwo(600)}) < ${powerOfTwo(-176)} THEN ${quotient} END`
  return sql`CASE WHEN ${b} = 0 THEN NULL WHEN ${divisor} < 1 THEN CASE WHEN ${dividend} < 1 THEN ${ofSmall} ELSE ${ofLarge} END WHEN ${dividend} < 1 THEN ${small} ELSE ${quotient} END`
}
