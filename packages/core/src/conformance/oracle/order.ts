import type { LogicalType } from '../../schema/types.js'
import { canonicalText } from './canonical.js'
import type { Document } from './canonical.js'

/** The order of values, written apart from core's own so that the two check each other (ORDER-1). */

/** Compares two user values of a type that are not null: negative, 0 or positive. */
export function compareUserValues(type: LogicalType, left: unknown, right: unknown): number {
  if (type.name === 'json')
    return compareTexts(canonicalText(left as Document), canonicalText(right as Document))
  if (type.name === 'decimal') return compareDecimals(String(left), String(right))
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right)
  if (left instanceof Uint8Array && right instanceof Uint8Array) return compareLists([...left], [...right])
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime()
  const [one, other] = [left as number | bigint | boolean, right as number | bigint | boolean]
  return one < other ? -1 : one > other ? 1 : 0
}

export function compareTexts(left: string, right: string): number {
  const points = (text: string): number[] => [...text].map((character) => character.codePointAt(0) ?? 0)
  return compareLists(points(left), points(right))
}

function compareLists(left: readonly number[], right: readonly number[]): number {
  for (const [index, value] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    if (value !== other) return value - other
  }
  return left.length - right.length
}

/** Compares decimals as users write them. */
function compareDecimals(left: string, right: string): number {
  const [one, other] = [unscaled(left, right), unscaled(right, left)]
  return one < other ? -1 : one > other ? 1 : 0
}

function unscaled(text: string, beside: string): bigint {
  const digits = Math.max(fraction(text).length, fraction(beside).length)
  const [whole = ''] = text.split('.')
  const value = BigInt(`${whole.replace('-', '')}${fraction(text).padEnd(digits, '0')}`)
  return text.startsWith('-') ? -value : value
}

function fraction(text: string): string {
  return text.split('.')[1] ?? ''
}

/** A text that two user values share exactly when they are equal. */
export function identity(value: unknown): string {
  if (value instanceof Date) return `date ${value.getTime()}`
  if (value instanceof Uint8Array) return `bytes ${value.join(',')}`
  if (Array.isArray(value)) return `[${value.map(identity).join(',')}]`
  if (typeof value !== 'object' || value === null) return `${typeof value} ${JSON.stringify(String(value))}`
  const members = Object.entries(value).sort(([left], [right]) => compareTexts(left, right))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${identity(member)}`).join(',')}}`
}
