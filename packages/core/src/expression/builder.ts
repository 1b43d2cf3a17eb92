import type { TypeName } from '../schema/types.js'
import { jsonPathOf, listOf, operandOf, refuseNullLiteral, typeArgument } from './arguments.js'
import { logicalTypes } from './functions/rules.js'
import { JsonPath } from './json-path.js'
import { TypedExpression } from './node.js'
import type {
  Answer,
  CalendarName,
  CastNull,
  CastTargets,
  CoalesceNull,
  Condition,
  NullOf,
  NumericName,
  Operand,
  OperandValue,
  OrderedName,
  SignNull,
  TypeArgument,
  TypeArgumentName,
  TypeArgumentValue,
  WholeName,
} from './operands.js'
import { OrderTerm } from './order-term.js'
import type { NullsOption } from './order-term.js'
import { within } from './path.js'
import type { CallOptions, DateUnit, FunctionName } from './types.js'

declare const shape: unique symbol

/**
 * A scalar expression over the columns of a row, for writing conditions and computed columns. Immutable: every method
 * returns a new expression. `Value` is the user value, null included where it can occur; `Name` is the logical type.
 *
 * Operands are expressions of the same type, or plain values, which become literals of the type on the left. What does not
 * fit is refused at once: `TYPE_MISMATCH` for types, `INVALID_VALUE` for values, `LIMIT_EXCEEDED` for expressions that are
 * too deep or too large. Meaning: docs/semantics.md.
 */
export class ColumnExpression<Value = unknown, Name extends TypeName = TypeName> extends TypedExpression {
  /** Exists in the types only. */
  declare readonly [shape]: { readonly value: Value; readonly name: Name }

  /** Whether both are equal; null if either is null. */
  eq<const Right extends Operand<Value, Name>>(right: Right): Answer<Value | OperandValue<Right>> {
    return compare('equal', this, right, 'eq')
  }

  /** Whether the two differ; null if either is null. */
  ne<const Right extends Operand<Value, Name>>(right: Right): Answer<Value | OperandValue<Right>> {
    return compare('notEqual', this, right, 'ne')
  }

  /** Whether this comes before (ORDER-1); null if either is null. */
  lt<const Right extends Operand<Value, Name>>(
    this: ColumnExpression<Value, OrderedName>,
    right: Right,
  ): Answer<Value | OperandValue<Right>> {
    return compare('lessThan', this, right, 'lt')
  }

  /** Whether this comes before or is equal. Also `lte`. */
  le<const Right extends Operand<Value, Name>>(
    this: ColumnExpression<Value, OrderedName>,
    right: Right,
  ): Answer<Value | OperandValue<Right>> {
    return compare('lessOrEqual', this, right, 'le')
  }

  /** Whether this comes after (ORDER-1); null if either is null. */
  gt<const Right extends Operand<Value, Name>>(
    this: ColumnExpression<Value, OrderedName>,
    right: Right,
  ): Answer<Value | OperandValue<Right>> {
    return compare('greaterThan', this, right, 'gt')
  }

  /** Whether this comes after or is equal. Also `gte`. */
  ge<const Right extends Operand<Value, Name>>(
    this: ColumnExpression<Value, OrderedName>,
    right: Right,
  ): Answer<Value | OperandValue<Right>> {
    return compare('greaterOrEqual', this, right, 'ge')
  }

  /** The same as `le`. */
  lte<const Right extends Operand<Value, Name>>(
    this: ColumnExpression<Value, OrderedName>,
    right: Right,
  ): Answer<Value | OperandValue<Right>> {
    return compare('lessOrEqual', this, right, 'lte')
  }

  /** The same as `ge`. */
  gte<const Right extends Operand<Value, Name>>(
    this: ColumnExpression<Value, OrderedName>,
    right: Right,
  ): Answer<Value | OperandValue<Right>> {
    return compare('greaterOrEqual', this, right, 'gte')
  }

  /** Whether this lies from `low` to `high`, both included. */
  between<const Low extends Operand<Value, Name>, const High extends Operand<Value, Name>>(
    this: ColumnExpression<Value, OrderedName>,
    low: Low,
    high: High,
  ): Answer<Value | OperandValue<Low> | OperandValue<High>> {
    const bounds = [
      compare('greaterOrEqual', this, low, 'between'),
      compare('lessOrEqual', this, high, 'between'),
    ]
    return junction('and', bounds)
  }

  /** Whether this is one of the values: false for none, null for a null otherwise (NULL-4). Any number of values is one list. */
  in(values: readonly NonNullable<Value>[] | ReadonlySet<NonNullable<Value>>): Answer<Value> {
    return call('in', [this, listOf(this.columnType.type, values, 'in')])
  }

  /** `not` of `in`. */
  notIn(values: readonly NonNullable<Value>[] | ReadonlySet<NonNullable<Value>>): Answer<Value> {
    return call('not', [call('in', [this, listOf(this.columnType.type, values, 'notIn')])])
  }

  isNull(): ColumnExpression<boolean, 'boolean'> {
    return call('isNull', [this])
  }

  isNotNull(): ColumnExpression<boolean, 'boolean'> {
    return call('not', [this.isNull()])
  }

  /** Whether both differ, where null is a value like any other (NULL-3). */
  isDistinctFrom(right: Operand<Value, Name> | null): ColumnExpression<boolean, 'boolean'> {
    return binary('isDistinctFrom', this, right)
  }

  /** Kleene's and (NULL-2). */
  and<Right extends Condition | boolean>(
    this: ColumnExpression<Value, 'boolean'>,
    right: Right,
  ): Answer<Value | OperandValue<Right>> {
    return junction('and', [this, operandOf(this.columnType.type, right, 'and')])
  }

  /** Kleene's or (NULL-2). */
  or<Right extends Condition | boolean>(
    this: ColumnExpression<Value, 'boolean'>,
    right: Right,
  ): Answer<Value | OperandValue<Right>> {
    return junction('or', [this, operandOf(this.columnType.type, right, 'or')])
  }

  not(this: ColumnExpression<Value, 'boolean'>): Answer<Value> {
    return call('not', [this])
  }

  /** Whether the text begins with this one, taken literally (TEXT-3). */
  startsWith<const Right extends Operand<string, 'text'>>(
    this: ColumnExpression<Value, 'text'>,
    text: Right,
  ): Answer<Value | OperandValue<Right>> {
    return binary('startsWith', this, text)
  }

  /** Whether the text ends with this one, taken literally (TEXT-3). */
  endsWith<const Right extends Operand<string, 'text'>>(
    this: ColumnExpression<Value, 'text'>,
    text: Right,
  ): Answer<Value | OperandValue<Right>> {
    return binary('endsWith', this, text)
  }

  /** Whether this one, taken literally, is a part of the text (TEXT-3). */
  contains<const Right extends Operand<string, 'text'>>(
    this: ColumnExpression<Value, 'text'>,
    text: Right,
  ): Answer<Value | OperandValue<Right>> {
    return binary('contains', this, text)
  }

  /** The number of code points (TEXT-5). */
  length(this: ColumnExpression<Value, 'text'>): ColumnExpression<number | NullOf<Value>, 'integer'> {
    return call('length', [this])
  }

  /** ASCII letters in lower case, all else as it is (TEXT-4). */
  lower(this: ColumnExpression<Value, 'text'>): ColumnExpression<string | NullOf<Value>, 'text'> {
    return call('lower', [this])
  }

  /** ASCII letters in upper case, all else as it is (TEXT-4). */
  upper(this: ColumnExpression<Value, 'text'>): ColumnExpression<string | NullOf<Value>, 'text'> {
    return call('upper', [this])
  }

  /** This and the texts after it as one; null if any is null (TEXT-6), or if the whole is over 16 MiB (TYPE-10). */
  concat(
    this: ColumnExpression<Value, 'text'>,
    ...texts: readonly Operand<string, 'text'>[]
  ): ColumnExpression<string | null, 'text'> {
    const type = this.columnType.type
    return concatenate([this, ...texts.map((text) => operandOf(type, text, 'concat'))])
  }

  /** So many code points from `start`, counted from 0; what lies outside is left out; null if either is negative (TEXT-5). */
  substring(
    this: ColumnExpression<Value, 'text'>,
    start: Operand<number, 'integer'>,
    length: Operand<number, 'integer'>,
  ): ColumnExpression<string | null, 'text'> {
    const counts = [start, length].map((count) => operandOf(logicalTypes.integer, count, 'substring'))
    return call('substring', [this, ...counts])
  }

  /** The sum; null if a side is null or the result is outside the type (NUM-1). Likewise the other operations. */
  add(
    this: ColumnExpression<Value, NumericName>,
    right: Operand<Value, Name>,
  ): ColumnExpression<NonNullable<Value> | null, Name> {
    return binary('add', this, right)
  }

  subtract(
    this: ColumnExpression<Value, NumericName>,
    right: Operand<Value, Name>,
  ): ColumnExpression<NonNullable<Value> | null, Name> {
    return binary('subtract', this, right)
  }

  multiply(
    this: ColumnExpression<Value, WholeName | 'double'>,
    right: Operand<Value, Name>,
  ): ColumnExpression<NonNullable<Value> | null, Name> {
    return binary('multiply', this, right)
  }

  /** The quotient as a double; null by zero (NUM-2). */
  divide(
    this: ColumnExpression<Value, WholeName | 'double'>,
    right: Operand<Value, Name>,
  ): ColumnExpression<number | null, 'double'> {
    return binary('divide', this, right)
  }

  /** The quotient truncated toward zero; null by zero (NUM-3). */
  integerDivide(
    this: ColumnExpression<Value, WholeName>,
    right: Operand<Value, Name>,
  ): ColumnExpression<NonNullable<Value> | null, Name> {
    return binary('integerDivide', this, right)
  }

  /** The remainder, with the sign of this; null by zero (NUM-3). */
  modulo(
    this: ColumnExpression<Value, WholeName>,
    right: Operand<Value, Name>,
  ): ColumnExpression<NonNullable<Value> | null, Name> {
    return binary('modulo', this, right)
  }

  negate(this: ColumnExpression<Value, NumericName>): ColumnExpression<Value | SignNull<Name>, Name> {
    return call('negate', [this])
  }

  absolute(this: ColumnExpression<Value, NumericName>): ColumnExpression<Value | SignNull<Name>, Name> {
    return call('absolute', [this])
  }

  /** The first of this and the alternatives that is not null. */
  coalesce<const Alternatives extends readonly (Operand<Value, Name> | null)[]>(
    ...alternatives: Alternatives
  ): ColumnExpression<NonNullable<Value> | CoalesceNull<Value, Alternatives>, Name> {
    const type = this.columnType.type
    return call('coalesce', [this, ...alternatives.map((value) => operandOf(type, value, 'coalesce'))])
  }

  /** The value as another type, given by its name or as a column, as in `cast(decimal(10, 2))`; null if it does not fit (NUM-4). */
  cast<To extends TypeArgument<CastTargets[Name]>>(
    to: To,
  ): ColumnExpression<
    TypeArgumentValue<To> | NullOf<Value> | CastNull<Name, TypeArgumentName<To>>,
    TypeArgumentName<To>
  > {
    return call('cast', [this], { type: typeArgument(to, 'cast') })
  }

  /** A part of a date or instant in UTC (TIME-1). */
  datePart(this: Calendar<Value>, unit: DateUnit): Part<Value> {
    return call('datePart', [this], { unit })
  }

  year(this: Calendar<Value>): Part<Value> {
    return call('datePart', [this], { unit: 'year' })
  }

  /** 1 to 4. */
  quarter(this: Calendar<Value>): Part<Value> {
    return call('datePart', [this], { unit: 'quarter' })
  }

  /** 1 to 12. */
  month(this: Calendar<Value>): Part<Value> {
    return call('datePart', [this], { unit: 'month' })
  }

  /** The week of ISO 8601, 1 to 53. */
  week(this: Calendar<Value>): Part<Value> {
    return call('datePart', [this], { unit: 'week' })
  }

  /** The day of the month. */
  day(this: Calendar<Value>): Part<Value> {
    return call('datePart', [this], { unit: 'day' })
  }

  hour(this: Calendar<Value>): Part<Value> {
    return call('datePart', [this], { unit: 'hour' })
  }

  minute(this: Calendar<Value>): Part<Value> {
    return call('datePart', [this], { unit: 'minute' })
  }

  second(this: Calendar<Value>): Part<Value> {
    return call('datePart', [this], { unit: 'second' })
  }

  /** 0 to 999. */
  millisecond(this: Calendar<Value>): Part<Value> {
    return call('datePart', [this], { unit: 'millisecond' })
  }

  /** 1 (Monday) to 7. */
  dayOfWeek(this: Calendar<Value>): Part<Value> {
    return call('datePart', [this], { unit: 'dayOfWeek' })
  }

  /** 1 to 366. */
  dayOfYear(this: Calendar<Value>): Part<Value> {
    return call('datePart', [this], { unit: 'dayOfYear' })
  }

  /** The start of the unit in UTC, of the same type (TIME-2). */
  truncate(this: Calendar<Value>, unit: TruncateUnit): ColumnExpression<Value, Name> {
    return call('truncate', [this], { unit })
  }

  /** A place in the document, by object keys and array indexes: `path('items', 0, 'price').as('double')` (JSON-1). */
  path(this: ColumnExpression<Value, 'json'>, ...keys: readonly (string | number)[]): JsonPath {
    const path = jsonPathOf(keys, within(undefined, 'path'))
    return new JsonPath((type) => call('jsonPath', [this], { type: typeArgument(type, 'as'), path }))
  }

  /** Orders by this, ascending. */
  asc(options?: NullsOption): OrderTerm {
    return new OrderTerm(this, 'ascending', options)
  }

  /** Orders by this, descending. */
  desc(options?: NullsOption): OrderTerm {
    return new OrderTerm(this, 'descending', options)
  }
}

type Calendar<Value> = ColumnExpression<Value, CalendarName>
type Part<Value> = ColumnExpression<number | NullOf<Value>, 'integer'>
type TruncateUnit = Exclude<DateUnit, 'millisecond' | 'dayOfWeek' | 'dayOfYear'>

function call<Value, Name extends TypeName>(
  name: FunctionName,
  operands: readonly TypedExpression[],
  options?: CallOptions,
): ColumnExpression<Value, Name> {
  return new ColumnExpression(TypedExpression.call(name, operands, options))
}

function binary<Value, Name extends TypeName>(
  name: FunctionName,
  left: TypedExpression,
  right: unknown,
): ColumnExpression<Value, Name> {
  return call(name, [left, operandOf(left.columnType.type, right, name)])
}

function compare<Values>(
  name: FunctionName,
  left: TypedExpression,
  right: unknown,
  method: string,
): Answer<Values> {
  refuseNullLiteral(left.expression, method)
  return call(name, [left, operandOf(left.columnType.type, right, method, true)])
}

function junction<Values>(name: 'and' | 'or', operands: readonly TypedExpression[]): Answer<Values> {
  return new ColumnExpression(TypedExpression.junction(name, operands))
}

/** As a balanced tree, so that the depth stays small. */
function concatenate(texts: readonly TypedExpression[]): ColumnExpression<string | null, 'text'> {
  if (texts.length === 1) return new ColumnExpression(texts[0]!)
  const middle = texts.length >> 1
  return call('concat', [concatenate(texts.slice(0, middle)), concatenate(texts.slice(middle))])
}
