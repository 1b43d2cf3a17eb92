import { hole, join, leafOf, sql } from '@holdfast/sql'
import type { Dialect, EncodeParameter, Fragment, Scalar } from '@holdfast/sql'

const maxBytes = 16 * 1024 * 1024
/** The greatest int4. */
const most = 2_147_483_647

/** A chain of concatenations is too long when its end is: one guard around all of it does, and repeats nothing within. */
function concat(args: readonly Scalar[]): Pick<Scalar, 'sql' | 'concatenated'> {
  const concatenated = args.flatMap((argument) => argument.concatenated ?? [argument.sql])
  const sizes = join(
    concatenated.map((text) => sql`octet_length(${text})::int8`),
    ' + ',
  )
  return { sql: sql`CASE WHEN ${sizes} <= ${maxBytes} THEN ${join(concatenated, ' || ')} END`, concatenated }
}

function substring(value: Fragment, start: Fragment, length: Fragment): Fragment {
  // PostgreSQL counts in int4, from 1; no text is so long that the limits cut it short.
  const from = sql`least(${start}, ${most - 1})::int4 + 1`
  const count = sql`least(${length}, ${most})::int4`
  return sql`CASE WHEN ${start} >= 0 AND ${length} >= 0 THEN substr(${value}, ${from}, ${count}) END`
}

const literally = (text: unknown) => String(text).replaceAll(/[\\%_]/g, '\\$&')
const anywhere: EncodeParameter = (part) => `%${literally(part)}%`
const atTheEnd: EncodeParameter = (suffix) => `%${literally(suffix)}`

/** What is looked for as a pattern, which an index of trigrams serves; undefined where it is not known beforehand. */
function like(value: Scalar, sought: Scalar, encode: EncodeParameter): Fragment | undefined {
  const leaf = leafOf(sought.sql)
  return leaf?.kind === 'hole' ? sql`${value.sql} LIKE ${hole(leaf.from, leaf.type, encode)}` : undefined
}

function endsWith(value: Scalar, suffix: Scalar): Fragment {
  const end = sql`right(${value.sql}, length(${suffix.sql})) = ${suffix.sql}`
  return like(value, suffix, atTheEnd) ?? end
}

/** All of them compare and count code points of texts that are `COLLATE "C"`, in which letters are ASCII's only. */
export const text = {
  // With a known prefix PostgreSQL makes a range of it, which an index serves.
  startsWith: ([value, prefix]) => sql`starts_with(${value!.sql}, ${prefix!.sql})`,
  endsWith: ([value, suffix]) => endsWith(value!, suffix!),
  contains: ([value, part]) => like(value!, part!, anywhere) ?? sql`strpos(${value!.sql}, ${part!.sql}) > 0`,
  length: ([value]) => sql`length(${value!.sql})::int8`,
  lower: ([value]) => sql`lower(${value!.sql})`,
  upper: ([value]) => sql`upper(${value!.sql})`,
  concat,
  substring: ([value, start, length]) => substring(value!.sql, start!.sql, length!.sql),
} satisfies Dialect['functions']
