import type { WindowFunction } from '@holdfast/core/backend'
import type { Dialect, RenderAggregate, RenderFunction, Scalar } from './dialect.js'
import { balanced, join, raw, sql } from './fragment.js'
import type { Fragment } from './fragment.js'

/** What the SQL standard says as core does, given that columns of text compare by code points. */

const binary =
  (operator: string): RenderFunction =>
  ([left, right]) =>
    join([left!.sql, right!.sql], ` ${operator} `)

const sqlOf = ({ sql }: Scalar) => sql

/** For types whose values of both sides have one physical form. */
export const comparisons = {
  equal: binary('='),
  notEqual: binary('<>'),
  lessThan: binary('<'),
  lessOrEqual: binary('<='),
  greaterThan: binary('>'),
  greaterOrEqual: binary('>='),
  isDistinctFrom: binary('IS DISTINCT FROM'),
} satisfies Dialect['functions']

export const logic = {
  and: (args) => balanced(args.map(sqlOf), 'AND'),
  or: (args) => balanced(args.map(sqlOf), 'OR'),
  not: ([value]) => sql`NOT ${value!.sql}`,
  isNull: ([value]) => sql`${value!.sql} IS NULL`,
} satisfies Dialect['functions']

export const conditionals = {
  coalesce: (args) => sql`coalesce(${join(args.map(sqlOf), ', ')})`,
  case: (args) => {
    const cases = []
    for (let index = 0; index + 1 < args.length; index += 2) {
      cases.push(sql`WHEN ${args[index]!.sql} THEN ${args[index + 1]!.sql}`)
    }
    return sql`CASE ${join(cases, ' ')} ELSE ${args.at(-1)!.sql} END`
  },
} satisfies Dialect['functions']

export const counts = {
  count: (argument, over) =>
    argument === undefined ? sql`count(*)${over}` : sql`count(${argument.sql})${over}`,
  countDistinct: (argument) => sql`count(DISTINCT ${argument!.sql})`,
} satisfies Record<string, RenderAggregate>

export const extremes = {
  minimum: (argument, over) => sql`min(${argument!.sql})${over}`,
  maximum: (argument, over) => sql`max(${argument!.sql})${over}`,
} satisfies Record<string, RenderAggregate>

export const everyWindow: ReadonlySet<WindowFunction> = new Set<WindowFunction>([
  'rowNumber',
  'rank',
  'denseRank',
  'lag',
  'lead',
  'sum',
  'average',
  'minimum',
  'maximum',
  'count',
])

/** The clauses that keep so many rows, after so many others. */
export const limitAndOffset: Dialect['limit'] = (count, offset) =>
  sql`${clause('LIMIT', count)}${clause('OFFSET', offset)}`

function clause(keyword: string, count: Fragment | undefined): Fragment {
  return count === undefined ? raw('') : sql` ${raw(keyword)} ${count}`
}

/** An identifier in double quotes, as the standard has it. */
export function quoteIdentifier(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}
