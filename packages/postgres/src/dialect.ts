import {
  comparisons,
  conditionals,
  everyWindow,
  limitAndOffset,
  logic,
  quoteIdentifier,
  sql,
} from '@holdfast/sql'
import type { Dialect } from '@holdfast/sql'
import type { LogicalType } from '@holdfast/core/backend'
import type { EncodeParameter } from '@holdfast/sql'
import { listEncoder, textEncoder } from './codec/encode-text.js'
import { mark } from './codec/literals.js'
import { aggregates } from './functions/aggregates.js'
import { cast, nullOf } from './functions/casts.js'
import { jsonColumn, jsonPath } from './functions/json.js'
import { numbers } from './functions/numbers.js'
import { text } from './functions/text.js'
import { time } from './functions/time.js'
import { isText, valueTypeOf } from './types.js'

/** PostgreSQL's SQL over the physical types of `types.ts`. Every text in a statement is `COLLATE "C"`. */
export function dialectOf(schema: string): Dialect {
  const prefix = `${quoteIdentifier(schema)}.`
  return {
    name: 'postgres',
    functions: {
      ...comparisons,
      ...logic,
      ...conditionals,
      ...text,
      ...numbers,
      ...time,
      cast,
      jsonPath,
    },
    aggregates,
    // `a AND b`, grouped by and then a condition beside another one, is taken apart by PostgreSQL's parser, which no longer knows
    // it then. Its planner takes such a subquery away again.
    groupsByColumns: true,
    windows: everyWindow,
    limits: {
      sources: 50,
      columns: 1600,
      expressionSize: 20_000,
      expressionDepth: 200,
      statementSize: 200_000,
    },
    numbered: true,
    placeholder: (position, type, list) => typed(mark(position), type, list),
    encode: (type) => textEncoder(type) as EncodeParameter,
    encodeList: listEncoder,
    quote: quoteIdentifier,
    table: ({ name }) => prefix + quoteIdentifier(name),
    column: (reference, { type }) => (type.name === 'json' ? jsonColumn(reference) : reference),
    null: (type) => nullOf(valueTypeOf(type), isText(type)),
    // Of an empty array false, also for a null; which the planner forgets of the right side of a left join without a match,
    // where it takes the bare comparison for null already. It takes the rest away, and finds indexes.
    member: (value, list) => sql`(${value.sql} = ANY(${list}) AND true)`,
    limit: limitAndOffset,
  }
}

function typed(value: string, type: LogicalType, list: boolean): string {
  const name = valueTypeOf(type)
  if (list) return `${value}::${name}[]`
  return isText(type) ? `(${value}::text COLLATE "C")` : `${value}::${name}`
}
