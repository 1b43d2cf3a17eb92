import { refuse, sql } from '@holdfast/sql'
import type { Dialect, Fragment, RenderFunction, Scalar } from '@holdfast/sql'
import { addDoubles, divideDoubles, multiplyDoubles, subtractDoubles } from './doubles.js'
import { once } from './once.js'
import { digitsBeforePoint, int64, safeInteger } from './ranges.js'

type Operator = (left: Fragment, right: Fragment) => Fragment

interface Arithmetic {
  /** Of int8 or numeric, whichever the operands are. */
  readonly plain: Operator
  readonly double: Operator
  /** Whether the result of two safe integers may leave int8. */
  readonly wide?: true
}

const numeric = (value: Fragment) => sql`${value}::numeric`

/** Arithmetic of one numeric type that can leave its range. */
function arithmetic({ plain, double, wide }: Arithmetic): RenderFunction {
  return ([left, right], { result }) => {
    const [a, b] = [left!, right!]
    switch (result.type.name) {
      case 'integer':
        return wide === true
          ? sql`${safeInteger(plain(numeric(a.sql), b.sql))}::int8`
          : safeInteger(plain(a.sql, b.sql))
      case 'bigint':
        return int64(plain(numeric(a.sql), b.sql))
      case 'double':
        return once([a, b], double)
      case 'decimal':
        return digitsBeforePoint(plain(a.sql, b.sql), result.type.precision - result.type.scale)
      default:
        return refuse(`no arithmetic of ${result.type.name}`)
    }
  }
}

const isBigint = ({ type }: Scalar) => type.name === 'bigint'
const nonZero = ({ sql: value }: Scalar) => sql`nullif(${value}, 0)`

export const numbers = {
  add: arithmetic({ plain: (left, right) => sql`${left} + ${right}`, double: addDoubles }),
  subtract: arithmetic({ plain: (left, right) => sql`${left} - ${right}`, double: subtractDoubles }),
  multiply: arithmetic({
    plain: (left, right) => sql`${left} * ${right}`,
    double: multiplyDoubles,
    wide: true,
  }),
  divide: ([left, right]) =>
    left!.type.name === 'double'
      ? once([left!, right!], divideDoubles)
      : sql`${left!.sql}::float8 / ${nonZero(right!)}::float8`,
  integerDivide: ([left, right]) =>
    // The least int64 by −1 leaves int64.
    isBigint(left!)
      ? int64(sql`div(${numeric(left!.sql)}, ${nonZero(right!)}::numeric)`)
      : sql`${left!.sql} / ${nonZero(right!)}`,
  modulo: ([left, right]) => sql`${left!.sql} % ${nonZero(right!)}`,
  negate: ([value]) => (isBigint(value!) ? int64(sql`- ${numeric(value!.sql)}`) : sql`- ${value!.sql}`),
  absolute: ([value]) =>
    isBigint(value!) ? int64(sql`abs(${numeric(value!.sql)})`) : sql`abs(${value!.sql})`,
} satisfies Dialect['functions']
