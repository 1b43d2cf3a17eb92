import { addExactly } from '@holdfast/core/backend'
import type { ExactSum, Parameters } from '@holdfast/core/backend'
import type { Numbers, ColumnReader } from '../storage/column-reader.js'
import type { Aggregator, GroupedRows } from './aggregators.js'

/** What is worked out for a column. */
export interface Wanted {
  readonly sums: boolean
  readonly extremes: boolean
}

/** Sums up a column of numbers: chunk by chunk, for each group apart. */
export class NumberTotals implements Pick<Aggregator, 'take'> {
  readonly #reader: ColumnReader
  readonly #exact: boolean
  readonly #wanted: Wanted
  readonly #counts: number[] = []
  readonly #sums: ExactSum[] = []
  readonly #least: number[] = []
  readonly #greatest: number[] = []

  /** @param exact whether the numbers are integers, whose sums must lose nothing */
  constructor(reader: ColumnReader, exact: boolean, wanted: Wanted) {
    this.#reader = reader
    this.#exact = exact
    this.#wanted = wanted
  }

  /** How many values of the group were not null. */
  count(group: number): number {
    return this.#counts[group] ?? 0
  }

  /** Of groups that have a value: their sum, a number while it is safe or where the numbers are doubles. */
  sum(group: number): ExactSum {
    return this.#sums[group] ?? 0
  }

  least(group: number): number {
    return this.#least[group]!
  }

  greatest(group: number): number {
    return this.#greatest[group]!
  }

  take(rows: GroupedRows, _parameters: Parameters): void {
    const numbers = rows.chunk.numbers(this.#reader)
    const values = selectedValues(rows, numbers)
    const counts = numbers.hasNull ? countValues(rows, values) : rows.counts
    this.#merge(this.#counts, rows, counts, counts, (left, right) => left + right)
    if (this.#wanted.sums) this.#addSums(rows, values, numbers, counts)
    if (!this.#wanted.extremes) return
    this.#merge(this.#least, rows, counts, extremes(rows, values, Infinity, Math.min), Math.min)
    this.#merge(this.#greatest, rows, counts, extremes(rows, values, -Infinity, Math.max), Math.max)
  }

  #addSums(rows: GroupedRows, values: Float64Array, numbers: Numbers, counts: Uint32Array): void {
    const sums = numbers.hasNull ? sumsBesideNulls : sumsOfAll
    if (!this.#exact) {
      this.#merge(this.#sums as number[], rows, counts, sums(rows, values), (left, right) => left + right)
    } else if (Math.max(-numbers.least, numbers.greatest) * rows.count <= Number.MAX_SAFE_INTEGER) {
      this.#merge(this.#sums, rows, counts, sums(rows, values), addExactly)
    } else this.#merge(this.#sums, rows, counts, exactSums(rows, values), addExactly)
  }

  /** Puts what a chunk has for its codes to what the groups have, where any value was there. */
  #merge<Total>(
    totals: Total[],
    { groups }: GroupedRows,
    counts: Uint32Array,
    parts: ArrayLike<Total>,
    merge: (left: Total, right: Total) => Total,
  ): void {
    for (let code = 0; code < counts.length; code++) {
      if (counts[code] === 0) continue
      const group = groups[code]!
      const total = totals[group]
      totals[group] = total === undefined ? parts[code]! : merge(total, parts[code]!)
    }
  }
}

function selectedValues({ positions, count }: GroupedRows, { values }: Numbers): Float64Array {
  if (count === values.length) return values
  const selected = new Float64Array(count)
  for (let index = 0; index < count; index++) selected[index] = values[positions[index]!]!
  return selected
}

// Null is NaN, the one number that does not equal itself.

function countValues({ codes, counts }: GroupedRows, values: Float64Array): Uint32Array {
  const found = new Uint32Array(counts.length)
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    if (value === value) found[codes[index]!]!++
  }
  return found
}

function sumsOfAll({ codes, counts }: GroupedRows, values: Float64Array): Float64Array {
  const totals = new Float64Array(counts.length)
  for (let index = 0; index < values.length; index++) totals[codes[index]!]! += values[index]!
  return totals
}

function sumsBesideNulls({ codes, counts }: GroupedRows, values: Float64Array): Float64Array {
  const totals = new Float64Array(counts.length)
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    if (value === value) totals[codes[index]!]! += value
  }
  return totals
}

function exactSums({ codes, counts }: GroupedRows, values: Float64Array): ExactSum[] {
  const totals = new Array<ExactSum>(counts.length).fill(0)
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    if (value === value) totals[codes[index]!] = addExactly(totals[codes[index]!]!, value)
  }
  return totals
}

function extremes(
  { codes, counts }: GroupedRows,
  values: Float64Array,
  none: number,
  better: (left: number, right: number) => number,
): Float64Array {
  const found = new Float64Array(counts.length).fill(none)
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    const code = codes[index]!
    if (value === value) found[code] = better(found[code]!, value)
  }
  return found
}
