import type { Parameters, Relation } from '@holdfast/core/backend'
import { bindSlots, compile, taken } from '@holdfast/sql'
import type { Dialect } from '@holdfast/sql'
import { rowDecoder } from './codec/decode-binary.js'
import type { DecodeRow } from './codec/decode-binary.js'
import type { ResultColumn } from './codec/decode-text.js'
import { withPlaceholders } from './codec/literals.js'

/** A relation as a statement, with how its values are bound and its rows are read. */
export interface PreparedQuery {
  readonly sql: string
  readonly decode: DecodeRow
  bind(parameters: Parameters): BoundQuery
}

/** A query with its values. */
export interface BoundQuery extends Pick<PreparedQuery, 'sql' | 'decode'> {
  readonly values: readonly (string | null)[]
}

/** What of a column's values is read differently than its type says. */
export type DecodeColumn = (name: string) => ResultColumn['decode']

export function prepareQuery(
  relation: Relation,
  dialect: Dialect,
  decodeColumn?: DecodeColumn,
): PreparedQuery {
  const query = taken(compile(relation, dialect))
  const columns = query.columns.map(({ name, type }): ResultColumn => {
    const decode = decodeColumn?.(name)
    return decode === undefined ? { name, type } : { name, type, decode }
  })
  const sql = withPlaceholders(query.sql)
  const decode = rowDecoder(columns)
  return {
    sql,
    decode,
    bind: (parameters) => ({ sql, decode, values: bindSlots<string | null>(query.parameters, parameters) }),
  }
}
