import {
  comparisons,
  conditionals,
  counts,
  everyWindow,
  extremes,
  limitAndOffset,
  logic,
  quoteIdentifier,
  raw,
  sql,
} from '../src/index.js'
import type { Dialect } from '../src/index.js'

const asItIs = (value: unknown) => value

/** A dialect of nothing but what the standard says, with numbered placeholders. */
export const plain: Dialect = {
  name: 'plain',
  functions: { ...comparisons, ...logic, ...conditionals, length: ([text]) => sql`length(${text!.sql})` },
  aggregates: { ...counts, ...extremes, sum: (argument, over) => sql`sum(${argument!.sql})${over}` },
  windows: everyWindow,
  limits: { sources: 3, columns: 20, expressionSize: 500, expressionDepth: 20, statementSize: 2000 },
  numbered: true,
  placeholder: (position) => `$${position}`,
  encode: () => asItIs,
  encodeList: (type) => (type.name === 'double' ? undefined : asItIs),
  quote: quoteIdentifier,
  table: ({ name }) => quoteIdentifier(name),
  null: () => raw('NULL'),
  member: (value, list) => sql`${value.sql} = ANY(${list})`,
  limit: limitAndOffset,
}

/** The same with a new placeholder at each place. */
export const positional: Dialect = { ...plain, numbered: false, placeholder: () => '?' }
