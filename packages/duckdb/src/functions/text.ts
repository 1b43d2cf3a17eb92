import { join, raw, sql } from '@holdfast/sql'
import type { Dialect, Fragment, RenderFunction, Scalar } from '@holdfast/sql'

const maxBytes = 16 * 1024 * 1024

/** No text has more code points. DuckDB's `substring` fails where its arguments leave 32 bits. */
const mostCodePoints = maxBytes

const upperCase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const lowerCase = upperCase.toLowerCase()

/** ASCII letters only: `lower` and `upper` of DuckDB fold all of Unicode. */
function fold(from: string, to: string): RenderFunction {
  return ([value]) => sql`translate(${value!.sql}, ${raw(`'${from}'`)}, ${raw(`'${to}'`)})`
}

/** A chain of concatenations is too long when its end is: one guard around all of it does, and repeats nothing within. */
function concat(args: readonly Scalar[]): Pick<Scalar, 'sql' | 'concatenated'> {
  const concatenated = args.flatMap((argument) => argument.concatenated ?? [argument.sql])
  const sizes = join(
    concatenated.map((text) => sql`strlen(${text})`),
    ' + ',
  )
  const whole = join(concatenated, ' || ')
  // Of an operand that is always null DuckDB would make a null without a type.
  return { sql: sql`CASE WHEN ${sizes} <= ${maxBytes} THEN CAST(${whole} AS VARCHAR) END`, concatenated }
}

const bounded = (count: Fragment) => sql`least(${count}, ${mostCodePoints})`

export const text = {
  startsWith: ([value, prefix]) => sql`starts_with(${value!.sql}, ${prefix!.sql})`,
  endsWith: ([value, suffix]) => sql`suffix(${value!.sql}, ${suffix!.sql})`,
  contains: ([value, part]) => sql`contains(${value!.sql}, ${part!.sql})`,
  length: ([value]) => sql`length(${value!.sql})`,
  lower: fold(upperCase, lowerCase),
  upper: fold(lowerCase, upperCase),
  concat,
  substring: ([value, start, length]) =>
    sql`CASE WHEN ${start!.sql} >= 0 AND ${length!.sql} >= 0 THEN substring(${value!.sql}, ${bounded(start!.sql)} + 1, ${bounded(length!.sql)}) END`,
} satisfies Dialect['functions']
