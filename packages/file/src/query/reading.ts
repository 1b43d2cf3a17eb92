import { comparatorOf, keyBoundsOf, keyReadingOf, limitRange, throwIfAborted } from '@holdfast/core/backend'
import type { Batch, Expression, KeyBound, KeyReading, Parameters, Relation } from '@holdfast/core/backend'
import type { RowLayout, SegmentScan } from '../segments/types.js'
import type { TableState } from '../store/state.js'
import { after, before, keyOrderOf } from '../table/key-order.js'
import { countOf, scan } from '../table/scan.js'

/** What a relation reads, or undefined where it is more than rows of one table in key order, or their number. */
export function readingOf(relation: Relation): KeyReading | undefined {
  return keyReadingOf(relation, 'all')
}

/** `Engine.takes`: conditions on other columns than the key's only tell which blocks need not be read. */
export function takes(relation: Relation): 'exact' | 'superset' | 'no' {
  const reading = readingOf(relation)
  if (reading === undefined) return 'no'
  // The rows of files are in no order.
  if (reading.table.file !== undefined && (reading.limit !== undefined || relation.node === 'sort'))
    return 'no'
  return reading.exact || relation.node !== 'filter' ? 'exact' : 'superset'
}

/** The rows that a reading asks for. */
export async function* runReading(
  { rows }: TableState,
  reading: KeyReading,
  parameters: Parameters,
  signal?: AbortSignal,
): AsyncGenerator<Batch> {
  const request = scanOf(rows.layout, reading, parameters, signal)
  const { start, end } = reading.limit ? limitRange(reading.limit, parameters) : { start: 0, end: Infinity }
  if (reading.counts !== undefined) {
    const number = await numberOf(rows, request)
    yield [Object.fromEntries(reading.counts.map((name) => [name, number]))]
    return
  }
  if (request === undefined || start >= end) return
  let position = 0
  for await (const batch of scan(rows, request)) {
    throwIfAborted(signal)
    const kept = batch.slice(Math.max(start - position, 0), Math.max(end - position, 0))
    if (kept.length > 0) yield kept
    position += batch.length
    if (position >= end) return
  }
}

async function numberOf(rows: TableState['rows'], request: SegmentScan | undefined): Promise<number> {
  if (request === undefined) return 0
  const { from, to, wants } = request
  const known = (from ?? to ?? wants) === undefined ? countOf(rows) : undefined
  if (known !== undefined) return known
  let number = 0
  for await (const batch of scan(rows, request)) number += batch.length
  return number
}

/** Undefined where no row can be meant. */
function scanOf(
  layout: RowLayout,
  reading: KeyReading,
  parameters: Parameters,
  signal: AbortSignal | undefined,
): SegmentScan | undefined {
  const tests = blockTests(layout, reading, parameters)
  if (tests === undefined) return undefined
  const bounds = keyBoundsOf(reading, parameters)
  const from = tightest(layout, bounds, 'from')
  const to = tightest(layout, bounds, 'to')
  return {
    columns: reading.counts === undefined ? reading.columns : layout.key.slice(0, 1),
    descending: reading.descending,
    ...(from && { from }),
    ...(to && { to }),
    ...(tests.length > 0 && { wants: wantsAll(tests) }),
    ...(signal && { signal }),
  }
}

function tightest(
  layout: RowLayout,
  bounds: readonly KeyBound[],
  side: KeyBound['side'],
): KeyBound | undefined {
  const { compare } = keyOrderOf(layout)
  const place = ({ key, inclusive }: KeyBound) => (inclusive === (side === 'from') ? before(key) : after(key))
  const sign = side === 'from' ? 1 : -1
  let found: KeyBound | undefined
  for (const bound of bounds) {
    if (bound.side !== side) continue
    if (found === undefined || compare(place(bound), place(found)) * sign > 0) found = bound
  }
  return found
}

export type Wants = NonNullable<SegmentScan['wants']>

export const wantsAll =
  (tests: readonly Wants[]): Wants =>
  (rows, statistics) =>
    tests.every((test) => test(rows, statistics))

/** Whether a block may have a row for each of the bounds; undefined where one of them compares with null, which no row passes. */
export function blockTests(
  { columns }: Pick<RowLayout, 'columns'>,
  { bounds }: KeyReading,
  parameters: Parameters,
): Wants[] | undefined {
  const tests: Wants[] = []
  for (const { function: comparison, arguments: sides } of bounds) {
    const [left, right] = sides as [Expression & { kind: 'column' }, Expression & { kind: 'parameter' }]
    const value = parameters[right.index] ?? null
    if (value === null) return undefined
    const compare = comparatorOf(columns.find(({ name }) => name === left.name)!.type)
    tests.push((rows, statisticsOf) => {
      const statistics = statisticsOf(left.name)
      if (statistics === undefined) return true
      const { least, greatest, nulls } = statistics
      if (nulls === rows) return false
      if (least == null || greatest == null) return true
      switch (comparison) {
        case 'lessThan':
          return compare(least, value as typeof least) < 0
        case 'lessOrEqual':
          return compare(least, value as typeof least) <= 0
        case 'greaterThan':
          return compare(greatest, value as typeof greatest) > 0
        case 'greaterOrEqual':
          return compare(greatest, value as typeof greatest) >= 0
        default:
          return (
            compare(least, value as typeof least) <= 0 && compare(greatest, value as typeof greatest) >= 0
          )
      }
    })
  }
  return tests
}
