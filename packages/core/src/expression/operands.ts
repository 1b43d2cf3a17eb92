/** What the methods of expressions take and give, in types. */

import type { Column, JsonValue } from '../schema/columns.js'
import type { TypeName } from '../schema/types.js'
import type { ColumnExpression } from './builder.js'

export type { NumericName } from './functions/rules.js'
export type WholeName = 'integer' | 'bigint'
export type OrderedName = Exclude<TypeName, 'json'>
export type CalendarName = 'date' | 'timestamp'

/** `null` when the value can be null, else `never`. */
export type NullOf<Value> = null extends Value ? null : never

/** What an operand can be as a value: the value of an expression, or the plain value itself. */
export type OperandValue<Operand> = Operand extends ColumnExpression<infer Value, TypeName> ? Value : Operand

/** An expression that can stand beside one of this value and type. */
export type SameType<Value, Name extends TypeName> = Name extends 'timestamp'
  ? ColumnExpression<NonNullable<Value> | null, Name>
  : ColumnExpression<unknown, Name>

/** A plain value or an expression of the same type. */
export type Operand<Value, Name extends TypeName> = NonNullable<Value> | SameType<Value, Name>

export type Condition = ColumnExpression<boolean | null, 'boolean'>

/** Yes, no, or unknown where any of the values can be null. */
export type Answer<Values> = ColumnExpression<boolean | NullOf<Values>, 'boolean'>

/** The plain values of the types that need no precision or unit. A `timestamp` is one in milliseconds. */
export interface PlainValues {
  boolean: boolean
  integer: number
  bigint: bigint
  double: number
  text: string
  bytes: Uint8Array
  date: string
  timestamp: Date
  uuid: string
  json: JsonValue
}

/** The types that each type can be cast to (NUM-4). */
export interface CastTargets {
  boolean: 'boolean' | 'integer'
  integer: 'integer' | 'bigint' | 'double' | 'text' | 'decimal'
  bigint: 'bigint' | 'integer' | 'double' | 'text'
  double: 'double' | 'integer' | 'text'
  decimal: 'decimal' | 'double' | 'text'
  text: 'text'
  bytes: 'bytes'
  date: 'date' | 'timestamp'
  timestamp: 'timestamp' | 'date'
  uuid: 'uuid' | 'text'
  json: 'json'
}

/** Casts in which some values do not fit, and become null. */
interface PartialCasts {
  integer: 'decimal'
  bigint: 'integer'
  double: 'integer'
}

/** Whether a cast adds null. */
export type CastNull<From extends TypeName, To extends TypeName> = From extends keyof PartialCasts
  ? To extends PartialCasts[From]
    ? null
    : never
  : never

/** Types that a JSON path can be read as (JSON-1). */
export type JsonReadName = 'text' | 'boolean' | 'double' | 'integer' | 'json'

/** Plain values that tell their type by themselves; a number does not, it may be an integer or a double. */
export interface SelfTyped {
  boolean: boolean
  bigint: bigint
  text: string
  bytes: Uint8Array
  timestamp: Date
}
export type SelfTypedName<Value> = Value extends boolean
  ? 'boolean'
  : Value extends bigint
    ? 'bigint'
    : Value extends string
      ? 'text'
      : Value extends Uint8Array
        ? 'bytes'
        : Value extends Date
          ? 'timestamp'
          : never

/** Never null when the value is not, or when any alternative is not. */
export type CoalesceNull<Value, Alternatives extends readonly unknown[]> =
  NullOf<Value> extends never
    ? never
    : true extends {
          [Index in keyof Alternatives]: null extends OperandValue<Alternatives[Index]> ? false : true
        }[number]
      ? never
      : null

/** A type as the user names it: by its name or by a column, as `decimal(10, 2)` must be. */
export type TypeArgument<Names extends TypeName> = Exclude<Names, 'decimal'> | Column<unknown, Names>
export type TypeArgumentName<To> =
  To extends Column<unknown, infer Name extends TypeName> ? Name : To extends TypeName ? To : never
export type TypeArgumentValue<To> =
  To extends Column<infer Value, TypeName> ? Value : To extends keyof PlainValues ? PlainValues[To] : never

/** The least bigint has no counterpart above 0: its sign cannot be changed. */
export type SignNull<Name extends TypeName> = 'bigint' extends Name ? null : never
