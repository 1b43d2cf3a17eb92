import type { LogicalType } from '@holdfast/core/backend'
import { raw, refuse, sql } from '@holdfast/sql'
import type { Dialect, Fragment, RenderFunction, Scalar } from '@holdfast/sql'
import { bigint, finite, fitting, integer, wide } from './ranges.js'

type Operator = (left: Fragment, right: Fragment) => Fragment

const parenthesized =
  (operator: Operator): Operator =>
  (left, right) =>
    sql`(${operator(left, right)})`

/** Sums and differences of safe integers fit an int64, of decimals 38 digits. */
function additive(operator: Operator): RenderFunction {
  return ([left, right], { result }) => {
    const [a, b] = [left!, right!]
    switch (a.type.name) {
      case 'integer':
        return fitting(operator(a.sql, b.sql), integer)
      case 'bigint':
        return fitting(operator(wide(a.sql), wide(b.sql)), bigint)
      case 'double':
        return finite(operator(a.sql, b.sql))
      case 'decimal':
        return fitting(operator(roomy(a, result.type), roomy(b, result.type)), result.type)
      default:
        return refuse(`no arithmetic of ${a.type.name}`)
    }
  }
}

/** A decimal with more digits than any sum needs, in the scale of the result. */
function roomy({ sql: value }: Scalar, result: LogicalType): Fragment {
  if (result.name !== 'decimal') return refuse(`a sum of decimals is no ${result.name}`)
  return sql`CAST(${value} AS DECIMAL(38,${result.scale}))`
}

const times = parenthesized((left, right) => sql`${left} * ${right}`)

const multiply: RenderFunction = ([left, right]) => {
  const [a, b] = [left!, right!]
  switch (a.type.name) {
    case 'integer':
    case 'bigint':
      return fitting(times(wide(a.sql), wide(b.sql)), a.type)
    case 'double':
      return finite(times(a.sql, b.sql))
    default:
      return refuse(`no product of ${a.type.name}`)
  }
}

/** Of a bigint: the least one by −1 is no int64, and DuckDB fails even for the remainder. */
function whole(operator: Operator): RenderFunction {
  return ([left, right]) => {
    const [a, b] = [left!, right!]
    return a.type.name === 'bigint'
      ? fitting(operator(wide(a.sql), wide(b.sql)), bigint)
      : operator(a.sql, b.sql)
  }
}

const asDouble = ({ sql: value, type }: Scalar) =>
  type.name === 'double' ? value : sql`CAST(${value} AS DOUBLE)`

const zero = raw('0.0::DOUBLE')

export const numbers = {
  add: additive(parenthesized((left, right) => sql`${left} + ${right}`)),
  subtract: additive(parenthesized((left, right) => sql`${left} - ${right}`)),
  multiply,
  divide: ([left, right]) => finite(sql`(${asDouble(left!)} / nullif(${asDouble(right!)}, ${zero}))`),
  integerDivide: whole(parenthesized((left, right) => sql`${left} // ${right}`)),
  modulo: whole(parenthesized((left, right) => sql`${left} % ${right}`)),
  negate: ([value]) => {
    switch (value!.type.name) {
      case 'double':
        return sql`${zero} - ${value!.sql}`
      case 'bigint':
        return fitting(sql`(- ${wide(value!.sql)})`, bigint)
      default:
        return sql`- ${value!.sql}`
    }
  },
  absolute: ([value]) =>
    value!.type.name === 'bigint' ? fitting(sql`abs(${wide(value!.sql)})`, bigint) : sql`abs(${value!.sql})`,
} satisfies Dialect['functions']
