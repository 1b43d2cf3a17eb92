import { refuse, sql } from '@holdfast/sql'
import type { Dialect, Fragment, RenderFunction, Scalar } from '@holdfast/sql'
import { rescaled } from './decimals.js'
import { beyondInt64, decimalOf, finite, int64, leastInt64, safeInteger } from './ranges.js'

type Operator = (left: Fragment, right: Fragment) => Fragment

/** Arithmetic of one numeric type that can leave its range. */
function arithmetic(operator: Operator): RenderFunction {
  return ([left, right]) => {
    const [a, b] = [left!, right!]
    switch (a.type.name) {
      case 'integer':
        return safeInteger(operator(a.sql, b.sql))
      case 'bigint':
        return int64(operator(a.sql, b.sql))
      case 'double':
        return finite(operator(a.sql, b.sql))
      case 'decimal':
        return decimalOf(operator(...rescaled(a, b)), 18)
      default:
        return refuse(`no arithmetic of ${a.type.name}`)
    }
  }
}

const asReal = (scalar: Scalar) =>
  scalar.type.name === 'double' ? scalar.sql : sql`CAST(${scalar.sql} AS REAL)`

export const numbers = {
  add: arithmetic((left, right) => sql`${left} + ${right}`),
  subtract: arithmetic((left, right) => sql`${left} - ${right}`),
  multiply: arithmetic((left, right) => sql`${left} * ${right}`),
  divide: ([left, right]) => finite(sql`${asReal(left!)} / ${asReal(right!)}`),
  integerDivide: ([left, right]) => {
    const quotient = sql`${left!.sql} / ${right!.sql}`
    return left!.type.name === 'bigint' ? sql`nullif(${quotient}, ${beyondInt64})` : quotient
  },
  modulo: ([left, right]) => sql`${left!.sql} % ${right!.sql}`,
  negate: ([value]) => {
    if (value!.type.name === 'double') return sql`0.0 - ${value!.sql}`
    const negated = sql`- ${value!.sql}`
    return value!.type.name === 'bigint' ? sql`nullif(${negated}, ${beyondInt64})` : negated
  },
  absolute: ([value]) =>
    // Of the least int64 SQLite's function fails.
    value!.type.name === 'bigint' ? sql`abs(nullif(${value!.sql}, ${leastInt64}))` : sql`abs(${value!.sql})`,
} satisfies Dialect['functions']
