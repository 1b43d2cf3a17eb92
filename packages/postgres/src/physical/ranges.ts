import type { ColumnDefinition, StoredValue } from '@holdfast/core/backend'
import { textEncoder } from '../codec/encode-text.js'

/** A range of the values of a column. */
export interface Range {
  /** What tells it from others: `2024-05`. */
  readonly label: string
  /** Its bounds as SQL; the upper one is not in it. */
  readonly from: string
  readonly to: string
}

/** How much of a date as text is common to all that fall into one range. */
const prefixes: Readonly<Record<string, number>> = { year: 4, month: 7, day: 10 }

/** The range that a value of the column falls into. */
export function rangeOf(column: ColumnDefinition, every: string, value: StoredValue): Range {
  const digits = prefixes[every]
  if (digits === undefined) return numberRange(BigInt(value as number | bigint), BigInt(every))
  // Both of them begin as a date does, in UTC.
  return timeRange(textEncoder(column.type)(value)!.slice(0, digits), column)
}

/** The ranges of so many numbers that follow one. */
export function rangesFollowing(last: bigint, count: number, every: string): readonly Range[] {
  const width = BigInt(every)
  const end = last + BigInt(count)
  const ranges: Range[] = []
  for (let number = last + 1n; number <= end; number = floor(number, width) + width)
    ranges.push(numberRange(number, width))
  return ranges
}

function timeRange(label: string, { type }: ColumnDefinition): Range {
  const [year, month, day] = label.split('-').map(Number) as [number, number?, number?]
  const next =
    day !== undefined
      ? [year, month!, day + 1]
      : month !== undefined
        ? [year, month + 1, 1]
        : [year + 1, 1, 1]
  const bound = (parts: readonly number[]) => `'${dayOf(parts)}${type.name === 'date' ? '' : ' 00:00:00+00'}'`
  return { label, from: bound([year, month ?? 1, day ?? 1]), to: bound(next) }
}

/** A day that may be one after the end of its month. */
function dayOf([year, month, day]: readonly number[]): string {
  const date = new Date(0)
  // Date.UTC takes years below 100 for those of the last century.
  date.setUTCFullYear(year!, month! - 1, day)
  const padded = (value: number, digits: number) => String(value).padStart(digits, '0')
  return `${padded(date.getUTCFullYear(), 4)}-${padded(date.getUTCMonth() + 1, 2)}-${padded(date.getUTCDate(), 2)}`
}

const least = -(2n ** 63n)
const greatest = 2n ** 63n - 1n

function floor(value: bigint, width: bigint): bigint {
  const rest = ((value % width) + width) % width
  return value - rest
}

function numberRange(value: bigint, width: bigint): Range {
  const from = floor(value, width)
  const to = from + width
  return {
    label: String(from),
    from: from < least ? 'MINVALUE' : `'${from}'`,
    to: to > greatest ? 'MAXVALUE' : `'${to}'`,
  }
}
