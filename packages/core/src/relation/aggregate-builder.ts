import { guarded } from '../expression/guard.js'
import { ColumnExpression } from '../expression/builder.js'
import { typedExpressionOf } from '../expression/expression-of.js'
import type { NumericName, OrderedName, WholeName } from '../expression/operands.js'
import { sortTermsOf } from '../expression/order-term.js'
import type { OrderBy } from '../expression/order-term.js'
import { failure, within } from '../expression/path.js'
import type { ColumnType, TypeName } from '../schema/types.js'
import { typeOfResult } from './aggregates.js'
import type { Aggregate } from './aggregates.js'
import type { AggregateFunction } from './types.js'
import { placeholder } from './placeholder.js'
import { windowOf, WindowExpression } from './window-builder.js'
import type { WindowOptions } from './window-builder.js'

declare const called: unique symbol

/** Aggregates that can also run over a window. */
type Framed = 'count' | 'sum' | 'average' | 'minimum' | 'maximum'

/**
 * A value computed from the rows of a group: what `select` and `having` take after `groupBy`, also as a part of other
 * expressions. As data it is a reference to a column that the query puts in place (`placeholderOf`). Immutable.
 */
export class AggregateExpression<
  Value = unknown,
  Name extends TypeName = TypeName,
  Function extends AggregateFunction = AggregateFunction,
> extends ColumnExpression<Value, Name> {
  /** Exists in the types only. */
  declare readonly [called]: Function
  readonly #aggregate: Aggregate

  constructor(aggregate: Aggregate, columnType: ColumnType) {
    super({ expression: placeholder({ aggregate }), columnType })
    this.#aggregate = aggregate
  }

  /** The aggregate as data, without the name that its column will have. */
  get aggregate(): Aggregate {
    return this.#aggregate
  }

  /**
   * The same over a window of rows, for each row: a running or moving aggregate (WIN-1, WIN-2).
   *
   * @throws HoldfastError `TYPE_MISMATCH`, `INVALID_ARGUMENT`
   */
  over(
    this: AggregateExpression<Value, Name, Framed>,
    options: WindowOptions = {},
  ): WindowExpression<Value, Name> {
    const { function: name, argument } = this.aggregate
    const call = { function: name as Framed, ...(argument === undefined ? {} : { argument }) }
    return new WindowExpression(windowOf(call, options), this.columnType)
  }
}

type Numeric = ColumnExpression<unknown, NumericName>
type NameOf<Expression> = Expression extends ColumnExpression<unknown, infer Name> ? Name : never
type ValueOf<Expression> = Expression extends ColumnExpression<infer Value, TypeName> ? Value : never

type SumName<Name extends TypeName> = Name extends WholeName ? 'bigint' : Name
type SumValue<Expression> = NameOf<Expression> extends WholeName ? bigint : NonNullable<ValueOf<Expression>>
type DoubleOf<Function extends AggregateFunction> = AggregateExpression<number | null, 'double', Function>

/** Rows, or the values that are not null. */
export function count(value?: ColumnExpression): AggregateExpression<number, 'integer', 'count'> {
  return aggregate('count', value)
}

/** Different values, nulls left out. */
export function countDistinct(
  value: ColumnExpression,
): AggregateExpression<number, 'integer', 'countDistinct'> {
  return aggregate('countDistinct', value)
}

/** The sum: exact, of integers as a bigint (AGG-2); of doubles as a double (AGG-3). Null over nothing. */
export function sum<Of extends Numeric>(
  value: Of,
): AggregateExpression<SumValue<Of> | null, SumName<NameOf<Of>>, 'sum'> {
  return aggregate('sum', value)
}

/** The average (AGG-4). */
export function avg(value: Numeric): DoubleOf<'average'> {
  return aggregate('average', value)
}

/** The least value (AGG-5). */
export function min<Value, Name extends OrderedName>(
  value: ColumnExpression<Value, Name>,
): AggregateExpression<Value | null, Name, 'minimum'> {
  return aggregate('minimum', value)
}

/** The greatest value (AGG-5). */
export function max<Value, Name extends OrderedName>(
  value: ColumnExpression<Value, Name>,
): AggregateExpression<Value | null, Name, 'maximum'> {
  return aggregate('maximum', value)
}

/** The standard deviation of the sample (AGG-6). */
export function stddev(value: Numeric): DoubleOf<'standardDeviation'> {
  return aggregate('standardDeviation', value)
}

/** The value in the middle, between two where there is none (AGG-6). */
export function median(value: Numeric): DoubleOf<'median'> {
  return aggregate('median', value)
}

/** The value below which the fraction, 0 to 1, of the values lies, interpolated (AGG-6). */
export function quantile(value: Numeric, fraction: number): DoubleOf<'quantile'> {
  if (typeof fraction === 'number' && fraction >= 0 && fraction <= 1)
    return aggregate('quantile', value, { fraction: fraction + 0 })
  throw failure('INVALID_ARGUMENT', 'a quantile is of a fraction of 0 to 1', within(undefined, 'quantile'))
}

export interface OrderOption {
  /** The order within the group, completed by the identity of the row; default: that identity. */
  readonly orderBy?: OrderBy
}

/** The value, null included, of the first row of the group (AGG-7). */
export function first<Value, Name extends TypeName>(
  value: ColumnExpression<Value, Name>,
  options: OrderOption = {},
): AggregateExpression<Value | null, Name, 'first'> {
  return aggregate('first', value, orderOf(options, 'first'))
}

/** The value, null included, of the last row of the group (AGG-7). */
export function last<Value, Name extends TypeName>(
  value: ColumnExpression<Value, Name>,
  options: OrderOption = {},
): AggregateExpression<Value | null, Name, 'last'> {
  return aggregate('last', value, orderOf(options, 'last'))
}

function aggregate<Value, Name extends TypeName, Function extends AggregateFunction>(
  name: Function,
  value: unknown,
  details: Pick<Aggregate, 'fraction' | 'orderBy'> = {},
): AggregateExpression<Value, Name, Function> {
  const path = within(undefined, name)
  const argument = value === undefined && name === 'count' ? undefined : typedExpressionOf(value, name)
  const columnType = typeOfResult(name, argument?.columnType, path)
  const call = argument === undefined ? { function: name } : { function: name, argument: argument.expression }
  return new AggregateExpression(Object.freeze({ ...call, ...details }), columnType)
}

function orderOf(options: OrderOption, where: string): Pick<Aggregate, 'orderBy'> {
  const orderBy = guarded(
    'INVALID_ARGUMENT',
    where,
    within(undefined, where),
    () => (Object(options) as OrderOption).orderBy,
  )
  return orderBy === undefined ? {} : { orderBy: Object.freeze(sortTermsOf(orderBy, where)) }
}
