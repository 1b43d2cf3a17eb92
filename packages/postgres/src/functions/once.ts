import { leafOf, raw, refuse, sql } from '@holdfast/sql'
import type { Fragment, Scalar } from '@holdfast/sql'

const names = [raw('v."a"'), raw('v."b"')] as const

/**
 * A formula that names its operands more than once. What is not a column or a parameter is evaluated once, in a subquery;
 * without `OFFSET` PostgreSQL would put it in place of each name.
 */
export function once(
  operands: readonly Scalar[],
  formula: (...operands: readonly Fragment[]) => Fragment,
): Fragment {
  const simple = operands.every((operand) => leafOf(operand.sql) !== undefined)
  if (simple) return formula(...operands.map((operand) => operand.sql))
  if (operands.some(({ collective }) => collective === true)) return refuse('an aggregate is repeated')
  const [a, b] = operands.map((operand) => operand.sql)
  const values = b === undefined ? sql`${a!} AS "a"` : sql`${a!} AS "a", ${b} AS "b"`
  return sql`(SELECT ${formula(...names.slice(0, operands.length))} FROM (SELECT ${values} OFFSET 0) AS v)`
}
