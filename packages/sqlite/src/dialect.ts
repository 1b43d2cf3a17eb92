import { conditionals, everyWindow, logic, quoteIdentifier, raw, sql } from '@holdfast/sql'
import type { Dialect, Fragment, Scalar } from '@holdfast/sql'
import type { LogicalType } from '@holdfast/core/backend'
import { parameterEncoder, parameterListEncoder } from './codec.js'
import { aggregates } from './functions/aggregates.js'
import { cast } from './functions/casts.js'
import { comparisonsByValue, raised } from './functions/decimals.js'
import { jsonPath } from './functions/json.js'
import { numbers } from './functions/numbers.js'
import { text } from './functions/text.js'
import { time } from './functions/time.js'

/** SQLite's SQL over the physical forms of `codec.ts`. */
export const dialect: Dialect = {
  name: 'sqlite',
  functions: {
    ...comparisonsByValue,
    ...logic,
    ...conditionals,
    ...text,
    ...numbers,
    ...time,
    cast,
    jsonPath,
  },
  aggregates,
  windows: everyWindow,
  limits: {
    sources: 50,
    columns: 1000,
    expressionSize: 10_000,
    expressionDepth: 100,
    statementSize: 100_000,
  },
  // Numbered ones are named ones to the driver.
  numbered: false,
  placeholder: () => '?',
  encode: parameterEncoder,
  encodeList: parameterListEncoder,
  quote: quoteIdentifier,
  table: ({ name }) => quoteIdentifier(name),
  null: () => raw('NULL'),
  member,
  limit: (count, offset) => {
    if (offset === undefined) return count === undefined ? raw('') : sql` LIMIT ${count}`
    return sql` LIMIT ${count ?? raw('-1')} OFFSET ${offset}`
  },
}

/** Lists come as one JSON text. */
function member(value: Scalar, list: Fragment, item: LogicalType): Fragment {
  const difference = scaleOf(value.type) - scaleOf(item)
  const items = itemOf(item)
  return sql`${raised(value.sql, -difference)} IN (SELECT ${raised(items, difference)} FROM json_each(${list}))`
}

const scaleOf = (type: LogicalType) => (type.name === 'decimal' ? type.scale : 0)

/** Bytes are in the list as hexadecimal digits. */
const itemOf = (type: LogicalType) => raw(type.name === 'bytes' ? 'unhex(value)' : 'value')
