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
import { doubleOf, finite, summationOf } from './sums.js'

/** One aggregate of one group: takes its rows and then gives the value. */
export interface Accumulator {
  readonly take: (row: StoredRow, parameters: Parameters) => void
  readonly result: () => StoredValue
}

/** Makes the accumulator of an aggregate for a new group. */
export type AccumulatorFactory = () => Accumulator

/** Compiles an aggregate over rows of these columns (AGG-1 to AGG-7). */
export function compileAggregate(column: AggregateColumn, columns: RelationColumns): AccumulatorFactory {
  const { function: name, argument } = column
  if (argument === undefined) return rowCounter
  const valueOf = compileRowExpression(argument, columns)
  if (name === 'first' || name === 'last') return endOf(name, column, columns, valueOf)
  const { type } = typeOfExpression(argument, columns)
  const make = values[name](type, column)
  return () => {
    const { add, result } = make()
    return {
      take(row, parameters) {
        const value = valueOf(row, parameters)
        if (value !== null) add(value)
      },
      result,
    }
  }
}

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
interface ValueAccumulator {
  readonly add: (value: StoredValue) => void
  readonly result: () => StoredValue
}

type ValueAggregate = (type: LogicalType, column: AggregateColumn) => () => ValueAccumulator

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
  countDistinct: (type) => {
    const identityOf = valueIdentity(type)
    return () => {
      const seen = new Set<Identity>()
      return { add: (value) => void seen.add(identityOf(value)), result: () => seen.size }
    }
  },
  sum: (type) => summing(type, (summation, sum) => summation.sum(sum)),
  average: (type) => summing(type, (summation, sum, count) => summation.average(sum, count)),
  minimum: (type) => extreme(type, -1),
  maximum: (type) => extreme(type, 1),
  standardDeviation: (type) => {
    const deviation = deviationOf(type)
    return collecting((all) => (all.length < 2 ? null : deviation(all)))
  },
  median: (type) => quantile(type, 0.5),
  quantile: (type, column) => quantile(type, column.fraction!),
}

function summing(
  type: LogicalType,
  finish: (summation: ReturnType<typeof summationOf>, sum: unknown, count: number) => StoredValue,
): () => ValueAccumulator {
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

function extreme(type: LogicalType, sign: -1 | 1): () => ValueAccumulator {
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

function collecting(finish: (values: StoredValue[]) => StoredValue): () => ValueAccumulator {
  return () => {
    const all: StoredValue[] = []
    return { add: (value) => void all.push(value), result: () => finish(all) }
  }
}

/** AGG-6: between the two sorted values around (n − 1)·f, in doubles. */
function quantile(type: LogicalType, fraction: number): () => ValueAccumulator {
  const toDouble = doubleOf(type)
  return collecting((all) => {
    if (all.length === 0) return null
    const sorted = Float64Array.from(all, toDouble).sort()
    const place = (sorted.length - 1) * fraction
    const lower = sorted[Math.floor(place)]!
    const upper = sorted[Math.ceil(place)]!
    return finite(lower + (upper - lower) * (place - Math.floor(place)))
  })
}

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
        best = entry
        value = valueOf(row, parameters)
      },
      result: () => value,
    }
  }
}
