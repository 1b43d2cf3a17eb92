import type { Parameters } from '../backend/types.js'
import { compileRowExpression } from '../expression/compile.js'
import { typeOfExpression } from '../expression/type-of.js'
import type { AggregateColumn, RelationColumns } from '../relation/types.js'
import { comparatorOf, valueIdentity } from '../schema/compare.js'
import type { Identity } from '../schema/compare.js'
import type { LogicalType, StoredRow, StoredValue } from '../schema/types.js'
import { deviationOf } from './deviation.js'
import { compileOrder } from './row-order.js'
import type { OrderedRow } from './row-order.js'
import { identitySize } from './spill/row-size.js'
import { doubleOf, finite, summationOf } from './sums.js'

/** One aggregate of one group: takes its rows and then gives the value. */
export interface Accumulator {
  readonly take: (row: StoredRow, parameters: Parameters) => void
  readonly result: () => StoredValue
  /** Of aggregates that hold the values of their groups: see `holdsValues`. */
  readonly held?: HeldValues | undefined
}

/** Values that an accumulator holds, to be kept elsewhere until the result is asked for. */
export interface HeldValues {
  /** Gives out what is held, in rising order, and holds it no more. */
  readonly release: () => Iterable<StoredValue>
  /** Takes back one of the values: all that were released, in rising order, after the last `take`. */
  readonly restore: (value: StoredValue) => void
}

/** Makes the accumulator of an aggregate for a new group. `hold` is told how many bytes of values it holds more. */
export type AccumulatorFactory = (hold?: (bytes: number) => void) => Accumulator

const holdingFunctions: ReadonlySet<AggregateColumn['function']> = new Set([
  'countDistinct',
  'median',
  'quantile',
  'standardDeviation',
])

/** Whether an aggregate holds the values of its groups: all others keep no more than one. */
export function holdsValues(column: AggregateColumn): boolean {
  return holdingFunctions.has(column.function)
}

/** Compiles an aggregate over rows of these columns (AGG-1 to AGG-7). */
export function compileAggregate(column: AggregateColumn, columns: RelationColumns): AccumulatorFactory {
  const { function: name, argument } = column
  if (argument === undefined) return rowCounter
  const valueOf = compileRowExpression(argument, columns)
  if (name === 'first' || name === 'last') return endOf(name, column, columns, valueOf)
  const { type } = typeOfExpression(argument, columns)
  const make = values[name](type, column)
  return (hold = ignore) => {
    const { add, result, held } = make(hold)
    return {
      take(row, parameters) {
        const value = valueOf(row, parameters)
        if (value !== null) add(value)
      },
      result,
      held,
    }
  }
}

function ignore(): void {}

function rowCounter(): Accumulator {
  let count = 0
  return {
    take() {
      count++
    },
    result: () => count,
  }
}

/** What an aggregate keeps of the values that are not null. */
interface ValueAccumulator extends Pick<Accumulator, 'result' | 'held'> {
  readonly add: (value: StoredValue) => void
}

type MakeAccumulator = (hold: (bytes: number) => void) => ValueAccumulator

type ValueAggregate = (type: LogicalType, column: AggregateColumn) => MakeAccumulator

const values: Record<Exclude<AggregateColumn['function'], 'first' | 'last'>, ValueAggregate> = {
  count: () => () => {
    let count = 0
    return {
      add() {
        count++
      },
      result: () => count,
    }
  },
  countDistinct: (type) => distinctCount(valueIdentity(type)),
  sum: (type) => summing(type, (summation, sum) => summation.sum(sum)),
  average: (type) => summing(type, (summation, sum, count) => summation.average(sum, count)),
  minimum: (type) => extreme(type, -1),
  maximum: (type) => extreme(type, 1),
  standardDeviation: deviation,
  median: (type) => quantile(type, 0.5),
  quantile: (type, column) => quantile(type, column.fraction!),
}

function summing(
  type: LogicalType,
  finish: (summation: ReturnType<typeof summationOf>, sum: unknown, count: number) => StoredValue,
): MakeAccumulator {
  const summation = summationOf(type)
  return () => {
    let sum: unknown
    let count = 0
    return {
      add(value) {
        const one = summation.of(value)
        sum = count++ === 0 ? one : summation.merge(sum, one)
      },
      result: () => (count === 0 ? null : finish(summation, sum, count)),
    }
  }
}

function extreme(type: LogicalType, sign: -1 | 1): MakeAccumulator {
  const compare = comparatorOf(type)
  return () => {
    let best: StoredValue = null
    return {
      add(value) {
        if (best === null || sign * compare(value, best) > 0) best = value
      },
      result: () => best,
    }
  }
}

function distinctCount(identityOf: (value: StoredValue) => Identity): MakeAccumulator {
  return (hold) => {
    const seen = new Set<Identity>()
    let restored = 0
    let last: StoredValue = null
    return {
      add(value) {
        const identity = identityOf(value)
        const before = seen.size
        if (seen.add(identity).size > before) hold(identitySize(identity))
      },
      result: () => restored + seen.size,
      held: {
        release() {
          const all = [...seen].sort(ascending)
          seen.clear()
          return all
        },
        restore(value) {
          if (value !== last) restored++
          last = value
        },
      },
    }
  }
}

/** AGG-6 */
function deviation(type: LogicalType): MakeAccumulator {
  const start = deviationOf(type)
  return (hold) => {
    const { add, result, settle } = start()
    return {
      add(value) {
        add(value)
        hold(doubleSize)
      },
      result,
      held: {
        release() {
          settle()
          return none
        },
        restore: ignore,
      },
    }
  }
}

const doubleSize = 8
const none: readonly StoredValue[] = []

/** AGG-6: between the two sorted values around (n − 1)·f, in doubles. */
function quantile(type: LogicalType, fraction: number): MakeAccumulator {
  const toDouble = doubleOf(type)
  return (hold) => {
    let all: number[] = []
    let count = 0
    let restored = 0
    let lower = 0
    let upper = 0
    const release = (): Float64Array => {
      const sorted = Float64Array.from(all).sort()
      all = []
      return sorted
    }
    const restore = (value: StoredValue): void => {
      const place = (count - 1) * fraction
      if (restored === Math.floor(place)) lower = value as number
      if (restored === Math.ceil(place)) upper = value as number
      restored++
    }
    return {
      add(value) {
        all.push(toDouble(value))
        count++
        hold(doubleSize)
      },
      result() {
        if (count === 0) return null
        if (restored === 0) for (const value of release()) restore(value)
        const place = (count - 1) * fraction
        return finite(lower + (upper - lower) * (place - Math.floor(place)))
      },
      held: { release, restore },
    }
  }
}

function ascending(left: Identity, right: Identity): number {
  return left! < right! ? -1 : left! > right! ? 1 : 0
}

/** The order looks at what was worked out of a row: the row need not be kept. */
const nothing: StoredRow = {}

/** AGG-7: the value of the first or last row in the stated order. */
function endOf(
  end: 'first' | 'last',
  column: AggregateColumn,
  columns: RelationColumns,
  valueOf: (row: StoredRow, parameters: Parameters) => StoredValue,
): AccumulatorFactory {
  const order = compileOrder(column.orderBy ?? [], columns)
  const sign = end === 'first' ? -1 : 1
  return () => {
    let best: OrderedRow | undefined
    let value: StoredValue = null
    let position = 0
    return {
      take(row, parameters) {
        const entry = order.entry(row, position++, parameters)
        if (best !== undefined && sign * order.compareStably(entry, best) < 0) return
        best = { ...entry, row: nothing }
        value = valueOf(row, parameters)
      },
      result: () => value,
    }
  }
}
