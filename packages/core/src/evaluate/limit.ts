import type { Parameters } from '../backend/types.js'
import type { LimitNode, RowCount } from '../relation/types.js'
import type { UnaryOperator } from './operator.js'

/** The number of rows that a limit states. */
export function rowCount(count: RowCount, parameters: Parameters): number {
  return typeof count === 'number' ? count : (parameters[count.index] as number)
}

/** Which rows a limit keeps: from `start` up to, not including, `end`. */
export function limitRange(node: LimitNode, parameters: Parameters): { start: number; end: number } {
  const start = rowCount(node.offset, parameters)
  return { start, end: node.count === undefined ? Infinity : start + rowCount(node.count, parameters) }
}

/** Passes on a range of rows (ORDER-3) and asks for none beyond it. */
export function limitOperator(node: LimitNode): UnaryOperator {
  return async function* (input, parameters) {
    const { start, end } = limitRange(node, parameters)
    if (start >= end) return
    let position = 0
    for await (const batch of input) {
      const first = Math.max(start - position, 0)
      const kept = first === 0 && position + batch.length <= end ? batch : batch.slice(first, end - position)
      position += batch.length
      if (kept.length > 0) yield kept
      if (position >= end) return
    }
  }
}
