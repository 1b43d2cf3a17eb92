import type { Parameters, Relation } from '@holdfast/core/backend'
import { bindSlots, compile, taken } from '@holdfast/sql'
import type { Dialect } from '@holdfast/sql'
import { binaryRowDecoder } from './codec/decode-binary.js'
import type { DecodeRow } from './codec/decode-binary.js'
import { rowDecoder } from './codec/decode-text.js'
import type { DecodeFields, ResultColumn } from './codec/decode-text.js'
import { withLiterals, withPlaceholders } from './codec/literals.js'

/** A relation as a statement, with how its values are bound and its rows are read. */
export interface PreparedQuery {
  readonly sql: string
  readonly decode: DecodeFields
  bind(parameters: Parameters): BoundQuery
}

/** A query with its values. */
export interface BoundQuery {
  /** How many rows its last answer had, whatever the values were. */
  readonly size: { rows: number }
  readonly sql: string
  readonly values: readonly (string | null)[]
  readonly decode: DecodeFields
  readonly decodeBinary: DecodeRow
  /** The statement with its values in it. */
  literal(): string
}

/** What of a column's values is read differently than its type says. */
export type DecodeColumn = (name: string) => ResultColumn['decode']

export function prepareQuery(
  relation: Relation,
  dialect: Dialect,
  decodeColumn?: DecodeColumn,
): PreparedQuery {
  const query = taken(compile(relation, dialect))
  const marked = query.sql
  const slots = query.parameters
  const columns = query.columns.map(({ name, type }): ResultColumn => {
    const decode = decodeColumn?.(name)
    return decode === undefined ? { name, type } : { name, type, decode }
  })
  const sql = withPlaceholders(marked)
  const decode = rowDecoder(columns)
  const size = { rows: 0 }
  let decodeBinary: DecodeRow | undefined
  return {
    sql,
    decode,
    bind(parameters) {
      const values = bindSlots<string | null>(slots, parameters)
      return {
        size,
        sql,
        values,
        decode,
        get decodeBinary() {
          return (decodeBinary ??= binaryRowDecoder(columns))
        },
        literal: () => withLiterals(marked, values),
      }
    },
  }
}
