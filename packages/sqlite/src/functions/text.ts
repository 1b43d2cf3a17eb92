import { hole, join, leafOf, sql } from '@holdfast/sql'
import type { Dialect, EncodeParameter, Fragment, Scalar } from '@holdfast/sql'

const maxBytes = 16 * 1024 * 1024

/** A blob: it sorts after every text. */
const afterEveryText = new Uint8Array()

const lastCodePoint = 0x10ffff
const firstSurrogate = 0xd800
const lastSurrogate = 0xdfff

/**
 * The least value after all texts that start with the prefix: its last code point that has a successor raised by one,
 * and what follows cut off.
 */
export const afterPrefix: EncodeParameter = (prefix) => {
  const points = Array.from(prefix as string, (character) => character.codePointAt(0)!)
  while (points.at(-1) === lastCodePoint) points.pop()
  const last = points.pop()
  if (last === undefined) return afterEveryText
  points.push(last + 1 === firstSurrogate ? lastSurrogate + 1 : last + 1)
  return String.fromCodePoint(...points)
}

function startsWith(text: Scalar, prefix: Scalar): Fragment {
  const bound = leafOf(prefix.sql)
  if (bound?.kind !== 'hole') return sql`substr(${text.sql}, 1, length(${prefix.sql})) = ${prefix.sql}`
  // As a range, so that an index serves it.
  return sql`${text.sql} >= ${prefix.sql} AND ${text.sql} < ${hole(bound.from, bound.type, afterPrefix)}`
}

/** A chain of concatenations is too long when its end is: one guard around all of it does, and repeats nothing within. */
function concat(args: readonly Scalar[]): Pick<Scalar, 'sql' | 'concatenated'> {
  const concatenated = args.flatMap((argument) => argument.concatenated ?? [argument.sql])
  const sizes = join(
    concatenated.map((text) => sql`octet_length(${text})`),
    ' + ',
  )
  const whole = join(concatenated, ' || ')
  return { sql: sql`CASE WHEN ${sizes} <= ${maxBytes} THEN ${whole} END`, concatenated }
}

export const text = {
  startsWith: ([value, prefix]) => startsWith(value!, prefix!),
  // A start beyond the left end is no match for the length asked for; of nothing, `substr` from 0 is nothing.
  endsWith: ([value, suffix]) =>
    sql`substr(${value!.sql}, -length(${suffix!.sql}), length(${suffix!.sql})) = ${suffix!.sql}`,
  contains: ([value, part]) => sql`instr(${value!.sql}, ${part!.sql}) > 0`,
  length: ([value]) => sql`length(${value!.sql})`,
  // Both fold ASCII letters only, as long as no ICU extension is loaded.
  lower: ([value]) => sql`lower(${value!.sql})`,
  upper: ([value]) => sql`upper(${value!.sql})`,
  concat,
  substring: ([value, start, length]) =>
    sql`CASE WHEN ${start!.sql} >= 0 AND ${length!.sql} >= 0 THEN substr(${value!.sql}, ${start!.sql} + 1, ${length!.sql}) END`,
} satisfies Dialect['functions']
