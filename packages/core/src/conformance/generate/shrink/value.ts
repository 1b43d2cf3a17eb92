import type { LogicalType, StoredValue } from '../../../schema/types.js'

/** The value that a reader thinks about least. */
export function simplestValue(type: LogicalType): StoredValue {
  switch (type.name) {
    case 'boolean':
      return false
    case 'integer':
    case 'double':
      return 0
    case 'bigint':
    case 'decimal':
      return 0n
    case 'text':
      return ''
    case 'bytes':
      return new Uint8Array()
    case 'date':
      return '2000-01-01'
    case 'timestamp':
      return type.unit === 'ms' ? 0 : 0n
    case 'uuid':
      return '00000000-0000-0000-0000-000000000000'
    case 'json':
      return '{}'
  }
}

/** Simpler values of the type, the simplest first. Each chain of them ends. */
export function* simplerValues(type: LogicalType, value: StoredValue): Generator<StoredValue> {
  if (value === null) return
  const simplest = simplestValue(type)
  if (sameStored(value, simplest)) return
  yield simplest
  if (typeof value === 'string' && type.name === 'text') yield* simplerTexts(value)
  if (typeof value === 'number') yield* simplerNumbers(value)
  if (typeof value === 'bigint') yield* simplerBigints(value)
}

function sameStored(left: StoredValue, right: StoredValue): boolean {
  return (
    left === right ||
    (left instanceof Uint8Array && right instanceof Uint8Array && left.length === right.length)
  )
}

function* simplerTexts(text: string): Generator<string> {
  const points = [...text]
  if (points.length > 1) {
    const half = points.length >> 1
    yield points.slice(0, half).join('')
    yield points.slice(half).join('')
    yield points.slice(1).join('')
    yield points.slice(0, -1).join('')
  } else if (text > 'a') {
    yield 'a'
  }
}

function* simplerNumbers(value: number): Generator<number> {
  for (const candidate of [1, -1, Math.trunc(value / 2), Math.trunc(value)]) {
    if (Math.abs(candidate) < Math.abs(value)) yield candidate + 0
  }
  if (value < 0) yield -value
}

function* simplerBigints(value: bigint): Generator<bigint> {
  for (const candidate of [1n, -1n, value / 2n]) {
    if (absolute(candidate) < absolute(value)) yield candidate
  }
  if (value < 0n && value > -(2n ** 62n)) yield -value
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}
