import type { FileColumn, FileFormat, LogicalType, TypeName } from '@holdfast/core/backend'
import { isDeepStrictEqual } from 'node:util'

/**
 * The columns of two files behind one pattern: their types are such that hold the values of both. Undefined where they are not the
 * same columns in the same order; objects of ndjson and JSON may lack any, and have them in any order (FILE-7).
 */
export function unifiedColumns(
  left: readonly FileColumn[],
  right: readonly FileColumn[],
  format: FileFormat,
): readonly FileColumn[] | undefined {
  if (format === 'parquet') return isDeepStrictEqual(left, right) ? left : undefined
  if (format === 'csv') {
    const isSame =
      left.length === right.length && left.every(({ name }, index) => name === right[index]!.name)
    return isSame ? left.map((column, index) => unified(column, right[index]!, 'text')) : undefined
  }
  const others = new Map(right.map((column) => [column.name, column]))
  const names = new Set(left.map(({ name }) => name))
  return [
    ...left.map((column) => {
      const other = others.get(column.name)
      return other === undefined ? column : unified(column, other, 'json')
    }),
    ...right.filter(({ name }) => !names.has(name)),
  ]
}

function unified(left: FileColumn, right: FileColumn, widest: 'text' | 'json'): FileColumn {
  if (left.type === undefined || right.type === undefined) return left
  return { ...left, type: unifiedType(left.type, right.type, widest) }
}

/** Types of which the second holds the values of the first. */
const wider: readonly (readonly [TypeName, TypeName])[] = [
  ['integer', 'bigint'],
  ['integer', 'double'],
]

/** In JSON these are texts all. */
const texts: ReadonlySet<TypeName> = new Set(['text', 'date', 'timestamp', 'uuid'])

function unifiedType(left: LogicalType, right: LogicalType, widest: 'text' | 'json'): LogicalType {
  if (isDeepStrictEqual(left, right)) return left
  if (left.name === 'timestamp' && right.name === 'timestamp') return { name: 'timestamp', unit: 'us' }
  for (const [narrow, wide] of wider) {
    if (left.name === narrow && right.name === wide) return right
    if (left.name === wide && right.name === narrow) return left
  }
  if (widest === 'json' && !(texts.has(left.name) && texts.has(right.name))) return { name: 'json' }
  return { name: 'text' }
}
