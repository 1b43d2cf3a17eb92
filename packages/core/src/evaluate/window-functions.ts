import type { Parameters } from '../backend/types.js'
import { compileRowExpression } from '../expression/compile.js'
import { typeOfExpression } from '../expression/type-of.js'
import type { RelationColumns, WindowColumn, WindowFrame, WindowFunction } from '../relation/types.js'
import { comparatorOf } from '../schema/compare.js'
import type { Comparator } from '../schema/compare.js'
import type { LogicalType, StoredRow, StoredValue } from '../schema/types.js'
import type { OrderedRow } from './row-order.js'
import { SlidingFrame } from './sliding.js'
import { summationOf } from './sums.js'

/** One partition in the window's order. */
export interface Partition {
  readonly rows: readonly OrderedRow[]
  /** By the stated terms alone. */
  readonly compare: Comparator<OrderedRow>
  readonly parameters: Parameters
}

/** Gives the value of each row of a partition, in its order. */
export type WindowCompute = (partition: Partition) => Iterable<StoredValue>

/** Compiles a window function over rows of these columns (WIN-1 to WIN-3). */
export function compileWindowFunction(column: WindowColumn, columns: RelationColumns): WindowCompute {
  const argument = column.argument && {
    valueOf: compileRowExpression(column.argument, columns),
    type: typeOfExpression(column.argument, columns).type,
  }
  return windowFunctions[column.function](column, argument)
}

interface Argument {
  readonly valueOf: (row: StoredRow, parameters: Parameters) => StoredValue
  readonly type: LogicalType
}

type CompileWindow = (column: WindowColumn, argument: Argument | undefined) => WindowCompute

const windowFunctions: Record<WindowFunction, CompileWindow> = {
  rowNumber:
    () =>
    ({ rows }) =>
      rows.map((_, index) => index + 1),
  rank: () => ranks((index) => index + 1),
  denseRank: () => ranks((_, previous) => previous + 1),
  lag: ({ offset = 1 }, argument) => neighbour(-offset, argument!),
  lead: ({ offset = 1 }, argument) => neighbour(offset, argument!),
  count: (column, argument) =>
    framed(column, argument, {
      of: () => 1,
      merge: (left, right) => left + right,
      result: (count) => count ?? 0,
    }),
  sum: (column, argument) => {
    const { of, merge, sum } = summationOf(argument!.type)
    return framed(column, argument, {
      of,
      merge,
      result: (state) => (state === undefined ? null : sum(state)),
    })
  },
  average: (column, argument) => {
    const { of, merge, average } = summationOf(argument!.type)
    return framed<{ sum: unknown; count: number }>(column, argument, {
      of: (value) => ({ sum: of(value), count: 1 }),
      merge: (left, right) => ({ sum: merge(left.sum, right.sum), count: left.count + right.count }),
      result: (state) => (state === undefined ? null : average(state.sum, state.count)),
    })
  },
  minimum: (column, argument) => extreme(column, argument!, -1),
  maximum: (column, argument) => extreme(column, argument!, 1),
}

/** Rows that the stated terms do not tell apart share a rank. */
function ranks(next: (index: number, previous: number) => number): WindowCompute {
  return function* ({ rows, compare }) {
    let rank = 0
    for (const [index, row] of rows.entries()) {
      if (index === 0 || compare(rows[index - 1]!, row) !== 0) rank = next(index, rank)
      yield rank
    }
  }
}

function neighbour(distance: number, { valueOf }: Argument): WindowCompute {
  return ({ rows, parameters }) =>
    rows.map((_, index) => {
      const other = rows[index + distance]
      return other === undefined ? null : valueOf(other.row, parameters)
    })
}

function extreme(column: WindowColumn, argument: Argument, sign: -1 | 1): WindowCompute {
  const compare = comparatorOf(argument.type)
  return framed<StoredValue>(column, argument, {
    of: (value) => value,
    merge: (left, right) => (sign * compare(right, left) > 0 ? right : left),
    result: (value) => value ?? null,
  })
}

/** An aggregate as states of single values that merge. */
interface Mergeable<State> {
  readonly of: (value: StoredValue) => State
  readonly merge: (left: State, right: State) => State
  readonly result: (state: State | undefined) => StoredValue
}

/** WIN-2; without an argument every row counts. */
function framed<State>(
  { frame: stated, orderBy }: WindowColumn,
  argument: Argument | undefined,
  { of, merge, result }: Mergeable<State>,
): WindowCompute {
  const { start = -Infinity, end = Infinity }: WindowFrame = stated ?? (orderBy.length > 0 ? { end: 0 } : {})
  return function* ({ rows, parameters }) {
    const frame = new SlidingFrame(merge)
    let pushed = 0
    let shifted = 0
    for (let index = 0; index < rows.length; index++) {
      for (; pushed < rows.length && pushed <= index + end; pushed++) {
        const value = argument === undefined ? true : argument.valueOf(rows[pushed]!.row, parameters)
        frame.push(value === null ? undefined : of(value))
      }
      for (; shifted < pushed && shifted < index + start; shifted++) frame.shift()
      yield result(frame.state)
    }
  }
}
