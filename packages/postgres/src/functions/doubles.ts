import { raw, sql } from '@holdfast/sql'
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
  const small = sql`CASE WHEN ${larger} > ${powerOfTwo(-538)} THEN ${productOrZero([a, b], sql`${smaller} * ${powerOfTwo(600)}`, larger, -475)} ELSE 0 END`
  return sql`CASE WHEN abs(${a}) > 1 AND abs(${b}) > 1 THEN CASE WHEN ${scaled} < 1 THEN ${a} * ${b} END WHEN abs(${a}) < 1 AND abs(${b}) < 1 THEN ${small} ELSE ${a} * ${b} END`
}

/** Cuts a double in two of half the digits, whose products are exact. */
const upper = (name: string) => raw(`134217729 * ${name} - (134217729 * ${name} - ${name})`)

/**
 * The product of two factors where that of x and y is greater than a power of two, otherwise 0. Where x * y is rounded to
 * just that power, by what rounding took off, which is computed exactly: half of the least double, 2^-1074, is rounded to
 * 0, anything above to it. The factors are multiplied within the subquery: PostgreSQL cannot rule a branch out
 * beforehand whose condition is a subquery, and would multiply parameters there.
 */
function productOrZero(
  [left, right]: readonly [Fragment, Fragment],
  x: Fragment,
  y: Fragment,
  power: number,
): Fragment {
  const limit = powerOfTwo(power)
  const halves = sql`SELECT *, ${upper('x')} AS xu, ${upper('y')} AS yu FROM (SELECT ${left} AS a, ${right} AS b, ${x} AS x, ${y} AS y) AS f OFFSET 0`
  const lost = raw('((xu * yu - x * y) + xu * (y - yu) + (x - xu) * yu) + (x - xu) * (y - yu)')
  return sql`(SELECT CASE WHEN CASE WHEN x * y = ${limit} THEN ${lost} > 0 ELSE x * y > ${limit} END THEN a * b ELSE 0 END FROM (${halves}) AS f)`
}

export function divideDoubles(a: Fragment, b: Fragment): Fragment {
  const [dividend, divisor] = [sql`abs(${a})`, sql`abs(${b})`]
  const quotient = sql`${a} / ${b}`
  // Below 1 by more than 1: the quotient may underflow. Of a null divisor, which also comes here, it is null.
  const remains = sql`${dividend} * ${powerOfTwo(600)} > ${divisor} * ${powerOfTwo(-475)}`
  const small = sql`CASE WHEN ${remains} THEN ${quotient} ELSE 0 * ${b} END`
  // By less than 1: it may overflow.
  const ofSmall = sql`CASE WHEN ${divisor} > ${powerOfTwo(-1000)} THEN ${quotient} WHEN ${dividend} / (${divisor} * ${powerOfTwo(600)}) < ${powerOfTwo(424)} THEN ${quotient} END`
  const ofLarge = sql`CASE WHEN ${dividend} < ${powerOfTwo(500)} AND ${divisor} > ${powerOfTwo(-500)} THEN ${quotient} WHEN abs(${a} * ${powerOfTwo(-600)}) / (${divisor} * ${powerOfTwo(600)}) < ${powerOfTwo(-176)} THEN ${quotient} END`
  return sql`CASE WHEN ${b} = 0 THEN NULL WHEN ${divisor} < 1 THEN CASE WHEN ${dividend} < 1 THEN ${ofSmall} ELSE ${ofLarge} END WHEN ${dividend} < 1 THEN ${small} ELSE ${quotient} END`
}
