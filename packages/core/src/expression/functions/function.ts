import type { Parameters } from '../../backend/types.js'
import type { ColumnType, LogicalType, StoredValue } from '../../schema/types.js'
import type { CallOptions } from '../types.js'

/** Gives the value of an expression for one row of the source and the parameters of the run. */
export type Evaluate<Source> = (source: Source, parameters: Parameters) => StoredValue

/** Works on stored values; written with the types that the type rule has let through. */
export type Implementation = (first: never, second: never, third: never) => StoredValue | undefined

interface FunctionRules {
  /** The least and the greatest number of arguments. */
  readonly arity: readonly [least: number, most: number]
  /** The options it requires; it takes no others. */
  readonly options?: readonly (keyof CallOptions)[]
  /** The second argument is a list, and only that one. */
  readonly takesList?: true
  /** Refuses the literal null as an argument, for which the answer would always be null (NULL-3). */
  readonly refusesNull?: true
  /** The type of the result, or in words what is wrong with the arguments. Depends on types only, never on values. */
  typeOf(types: readonly ColumnType[], options: CallOptions): ColumnType | string
}

/** A function of the values of its arguments. */
export interface ValueFunction extends FunctionRules {
  /**
   * `propagate`: the answer is null when any argument is, and the implementation is never given a null. `handled`: the
   * implementation is given nulls.
   */
  readonly nulls: 'propagate' | 'handled'
  /** Called once per compilation, with arguments that the type rule has accepted. */
  implement(types: readonly LogicalType[], options: CallOptions): Implementation
}

/** A function that evaluates its arguments only as far as it needs them. */
export interface LazyFunction extends FunctionRules {
  compose<Source>(operands: readonly Evaluate<Source>[]): Evaluate<Source>
}

/** A scalar function: its type rule and its reference implementation. */
export type ScalarFunction = ValueFunction | LazyFunction
