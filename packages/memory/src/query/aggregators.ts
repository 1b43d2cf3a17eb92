import { compileAggregate, exactTotal, finite } from '@holdfast/core/backend'
import type {
  Accumulator,
  AggregateColumn,
  AggregateFunction,
  LogicalType,
  Parameters,
  RelationColumns,
  StoredValue,
} from '@holdfast/core/backend'
import type { ColumnReader } from '../storage/column-reader.js'
import type { Coded } from './grouping.js'
import { NumberTotals } from './number-totals.js'
import type { Selected } from './selection.js'
import type { TableColumns } from './selector.js'

/** The selected rows of one chunk with their groups. */
export interface GroupedRows extends Selected, Coded {
  /** Which group of the whole query each code is; means nothing for codes without rows. */
  readonly groups: Uint32Array
}

/** One or more aggregates of all groups of one run. */
export interface Aggregator {
  take(rows: GroupedRows, parameters: Parameters): void
}

/** The value of an aggregate for a group, which may have no rows. */
type Result = (group: number) => StoredValue

/** What takes the rows of one run, and what the aggregates are afterwards, in their order. */
export interface Aggregators {
  readonly takers: readonly Aggregator[]
  readonly results: readonly Result[]
}

/** Compiles aggregates over the columns of a table; the answer makes them for one run. */
export function compileAggregators(
  aggregates: readonly AggregateColumn[],
  columns: TableColumns,
): () => Aggregators {
  const totalled = totalledColumns(aggregates, columns)
  const makers = aggregates.map((aggregate) => compileOne(aggregate, columns))
  return () => {
    const totals = new Map(
      totalled.map(({ reader, exact, functions }) => [
        reader.name,
        new NumberTotals(reader, exact, {
          sums: functions.has('sum') || functions.has('average'),
          extremes: functions.has('minimum') || functions.has('maximum'),
        }),
      ]),
    )
    const takers: Aggregator[] = [...totals.values()]
    const results = makers.map((make) => make(totals, takers))
    return { takers, results }
  }
}

/** Makes the result of one aggregate from the totals or from an aggregator of its own, which it adds to the takers. */
type MakeResult = (totals: ReadonlyMap<string, NumberTotals>, takers: Aggregator[]) => Result

function compileOne(aggregate: AggregateColumn, { types, readers }: TableColumns): MakeResult {
  const { argument } = aggregate
  if (argument === undefined) return (_, takers) => added(takers, new RowCounts())
  const reader = totalledColumn(aggregate, readers)
  if (reader === undefined) {
    const make = compileAggregate(aggregate, types)
    return (_, takers) => added(takers, new Accumulators(make))
  }
  const { type } = types.get(reader.name)!
  const resultOf = totalResults[aggregate.function]!
  return (totals) => {
    const total = totals.get(reader.name)!
    return (group) => resultOf(total, group, type)
  }
}

function added(takers: Aggregator[], aggregator: Aggregator & { result: Result }): Result {
  takers.push(aggregator)
  return (group) => aggregator.result(group)
}

class RowCounts implements Aggregator {
  readonly #counts: number[] = []

  take({ counts, groups }: GroupedRows): void {
    for (let code = 0; code < counts.length; code++) {
      if (counts[code]! > 0) this.#counts[groups[code]!] = this.result(groups[code]!) + counts[code]!
    }
  }

  result(group: number): number {
    return this.#counts[group] ?? 0
  }
}

/** Any aggregate, row by row, as core does it. */
class Accumulators implements Aggregator {
  readonly #make: () => Accumulator
  readonly #ofGroups: Accumulator[] = []

  constructor(make: () => Accumulator) {
    this.#make = make
  }

  take({ chunk, positions, count, codes, groups }: GroupedRows, parameters: Parameters): void {
    for (let index = 0; index < count; index++) {
      this.#of(groups[codes[index]!]!).take(chunk.rows[positions[index]!]!, parameters)
    }
  }

  result(group: number): StoredValue {
    return this.#of(group).result()
  }

  #of(group: number): Accumulator {
    return (this.#ofGroups[group] ??= this.#make())
  }
}

type TotalResult = (totals: NumberTotals, group: number, type: LogicalType) => StoredValue

/** Null for groups without a value (AGG-1). */
const ofValues =
  (result: TotalResult): TotalResult =>
  (totals, group, type) =>
    totals.count(group) === 0 ? null : result(totals, group, type)

/** The aggregates that the totals of a column of numbers give. */
const totalResults: Partial<Record<AggregateFunction, TotalResult>> = {
  count: (totals, group) => totals.count(group),
  minimum: ofValues((totals, group) => totals.least(group)),
  maximum: ofValues((totals, group) => totals.greatest(group)),
  sum: ofValues((totals, group, type) => {
    const sum = totals.sum(group)
    return type.name === 'double' ? finite(sum as number) : exactTotal(sum, type)
  }),
  average: ofValues((totals, group) => finite(finite(Number(totals.sum(group))) / totals.count(group))),
}

interface Totalled {
  readonly reader: ColumnReader
  readonly exact: boolean
  readonly functions: Set<AggregateFunction>
}

function totalledColumns(
  aggregates: readonly AggregateColumn[],
  { types, readers }: TableColumns,
): readonly Totalled[] {
  const totalled = new Map<string, Totalled>()
  for (const aggregate of aggregates) {
    const reader = totalledColumn(aggregate, readers)
    if (reader === undefined) continue
    const known = totalled.get(reader.name)
    if (known !== undefined) known.functions.add(aggregate.function)
    else
      totalled.set(reader.name, {
        reader,
        exact: isExact(types, reader),
        functions: new Set([aggregate.function]),
      })
  }
  return [...totalled.values()]
}

function isExact(types: RelationColumns, { name }: ColumnReader): boolean {
  return types.get(name)!.type.name !== 'double'
}

/** The column of numbers whose totals give the aggregate, if one does. */
function totalledColumn(
  { function: name, argument }: AggregateColumn,
  readers: ReadonlyMap<string, ColumnReader>,
): ColumnReader | undefined {
  if (argument?.kind !== 'column' || totalResults[name] === undefined) return undefined
  const reader = readers.get(argument.name)
  return reader?.numeric === true ? reader : undefined
}
