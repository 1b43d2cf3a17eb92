import type { CallOptions, Expression, FunctionName, Literal } from '../../expression/types.js'
import type { LogicalType, StoredValue } from '../../schema/types.js'
import { call } from '../generate/expressions/call.js'

/** Short names for literals, so that a fact reads as a line of a table. Values are stored values. */

const literal =
  (type: LogicalType) =>
  (value: StoredValue): Literal => ({ kind: 'literal', type, value })

export const boolean = literal({ name: 'boolean' })
export const integer = literal({ name: 'integer' })
export const bigint = literal({ name: 'bigint' })
export const double = literal({ name: 'double' })
export const text = literal({ name: 'text' })
export const bytes = (...values: readonly number[]): Literal =>
  literal({ name: 'bytes' })(Uint8Array.from(values))
export const date = literal({ name: 'date' })
export const uuid = literal({ name: 'uuid' })
export const json = literal({ name: 'json' })
export const decimal = (precision: number, scale: number): ((value: StoredValue) => Literal) =>
  literal({ name: 'decimal', precision, scale })
/** An instant in milliseconds, as ISO text. */
export const instant = (iso: string): Literal => literal({ name: 'timestamp', unit: 'ms' })(Date.parse(iso))
/** Microseconds since 1970. */
export const microseconds = literal({ name: 'timestamp', unit: 'us' })
export const nothing = (type: LogicalType): Literal => literal(type)(null)

/** One line of the truth: what a function gives for these values. */
export interface ScalarFact {
  readonly rule: string
  readonly expression: Expression
  /** The stored value of the answer. */
  readonly answer: StoredValue
}

/** `fact('NUM-3', 'modulo', [integer(-7), integer(2)], -1)` */
export function fact(
  rule: string,
  name: FunctionName,
  inputs: readonly Expression[],
  answer: StoredValue,
  options?: CallOptions,
): ScalarFact {
  return { rule, expression: call(name, inputs, options), answer }
}

export function list(type: LogicalType, ...values: readonly StoredValue[]): Expression {
  return { kind: 'list', type, values }
}
