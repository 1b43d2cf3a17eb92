import type { Parameters } from '../backend/types.js'
import { compileRowExpression } from '../expression/compile.js'
import { typeOfExpression } from '../expression/type-of.js'
import type { RelationColumns, WindowColumn, WindowFrame, WindowFunction } from '../relation/types.js'
import { comparatorOf } from '../schema/compare.js'
import type { Comparator } from '../schema/compare.js'
import type { LogicalType, StoredRow, StoredValue } from '../schema/types.js'
import type { OrderedRow } from './row-order.js'
import { GrowingFrame, SlidingFrame } from './sliding.js'
import { summationOf } from './sums.js'

/** What all partitions of a window share. */
export interface WindowContext {
  /** By the stated terms alone. */
  readonly compare: Comparator<OrderedRow>
  readonly parameters: Parameters
}

/** The values of one partition's rows, in its order. After each `take` and after `end`, `next` is asked until it has none. */
export interface PartitionValues {
  /** Takes the next row. */
  readonly take: (row: OrderedRow) => void
  /** There are no more rows. */
  readonly end: () => void
  /** The value of the next row; undefined while it depends on rows to come, and where there is none. */
  readonly next: () => StoredValue | undefined
}

/** Begins a partition. */
export type WindowCompute = (context: WindowContext) => PartitionValues

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
  rowNumber: () => eachRow(() => (_, index) => index + 1),
  rank: () => ranks((index) => index + 1),
  denseRank: () => ranks((_, previous) => previous + 1),
  lag: ({ offset = 1 }, argument) => before(offset, argument!),
  lead: ({ offset = 1 }, argument) => after(offset, argument!),
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

/** Values that follow from a row and those before it. */
function eachRow(
  start: (context: WindowContext) => (row: OrderedRow, index: number) => StoredValue,
): WindowCompute {
  return (context) => {
    const valueOf = start(context)
    let index = 0
    let value: StoredValue | undefined
    return {
      take(row) {
        value = valueOf(row, index++)
      },
      end: () => undefined,
      next() {
        const given = value
        value = undefined
        return given
      },
    }
  }
}

/** Rows that the stated terms do not tell apart share a rank. */
function ranks(next: (index: number, previous: number) => number): WindowCompute {
  return eachRow(({ compare }) => {
    let rank = 0
    let previous: OrderedRow | undefined
    return (row, index) => {
      if (previous === undefined || compare(previous, row) !== 0) rank = next(index, rank)
      previous = row
      return rank
    }
  })
}

/** The value of the row so many rows before. */
function before(distance: number, { valueOf }: Argument): WindowCompute {
  return eachRow(({ parameters }) => {
    const last: StoredValue[] = []
    return ({ row }, index) => {
      const place = index % distance
      const value = index < distance ? null : last[place]!
      last[place] = valueOf(row, parameters)
      return value
    }
  })
}

/** The value of the row so many rows after. */
function after(distance: number, { valueOf }: Argument): WindowCompute {
  return ({ parameters }) => {
    let taken = 0
    let given = 0
    let ended = false
    let last: OrderedRow | undefined
    return {
      take(row) {
        last = row
        taken++
      },
      end() {
        ended = true
      },
      next() {
        if (given >= (ended ? taken : taken - distance)) return undefined
        given++
        return ended ? null : valueOf(last!.row, parameters)
      },
    }
  }
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
  // A frame that ends before its row takes in values some rows late.
  const delay = Math.max(0, -end)
  return ({ parameters }) => {
    const frame = start === -Infinity ? new GrowingFrame(merge) : new SlidingFrame(merge)
    const late: (State | undefined)[] = []
    let taken = 0
    let pushed = 0
    let shifted = 0
    let given = 0
    let ended = false
    const push = (state: State | undefined): void => {
      frame.push(state)
      pushed++
    }
    return {
      take({ row }) {
        const value = argument === undefined ? true : argument.valueOf(row, parameters)
        const state = value === null ? undefined : of(value)
        if (delay === 0) {
          push(state)
        } else {
          const place = taken % delay
          if (taken >= delay) push(late[place])
          late[place] = state
        }
        taken++
      },
      end() {
        ended = true
      },
      next() {
        if (given >= taken || (given + end >= taken && !ended)) return undefined
        for (; shifted < pushed && shifted < given + start; shifted++) frame.shift()
        given++
        return result(frame.state)
      },
    }
  }
}
