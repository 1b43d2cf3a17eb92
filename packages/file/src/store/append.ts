import { writeLayoutOf } from '@holdfast/core/backend'
import type { Change, StoredRow, StoredValue, WriteResult } from '@holdfast/core/backend'
import { keyOrderOf } from '../table/key-order.js'
import { greatestKey } from '../table/sorted.js'
import type { TableState } from './state.js'

export interface Appended {
  /** With their keys, in ascending order. */
  readonly rows: readonly StoredRow[]
  readonly lastKey?: number | bigint
  readonly result: WriteResult
}

/**
 * What becomes of rows to insert that come after all others of their table, in key order: nothing has to be looked up for
 * them, whatever the policy for conflicts. Undefined for all other changes, and where a unique index may refuse a row.
 */
export function appendable(table: TableState, change: Change): Appended | undefined {
  if (change.kind !== 'insert' || change.rows.length === 0 || table.indexes.size > 0) return undefined
  const { generated } = writeLayoutOf(table.definition)
  if (generated === undefined) {
    const { rows } = change
    return inOrder(table, rows) ? { rows, result: { counts: [rows.length] } } : undefined
  }
  if (change.rows.some((row) => row[generated.name] != null)) return undefined
  const keys = nextKeys(table.lastKey, change.rows.length, generated.greatest)
  if (keys === undefined) return undefined
  return {
    rows: change.rows.map((row, index) => ({ ...row, [generated.name]: keys[index]! })),
    lastKey: keys.at(-1) as number | bigint,
    result: { counts: [keys.length], generated: [keys] },
  }
}

function inOrder({ rows: sorted }: TableState, rows: readonly StoredRow[]): boolean {
  const { compare, keyOf } = keyOrderOf(sorted.layout)
  let last = greatestKey(sorted)
  for (const row of rows) {
    const key = keyOf(row)
    if (last !== undefined && compare(last, key) >= 0) return false
    last = key
  }
  return true
}

/** As many keys as there are rows; undefined where the type has no more. */
function nextKeys(
  last: number | bigint | undefined,
  count: number,
  greatest: number | bigint,
): StoredValue[] | undefined {
  const start = last === undefined || last < 0 ? 0 : last
  if (BigInt(start) + BigInt(count) > BigInt(greatest)) return undefined
  return Array.from({ length: count }, (_, index) =>
    typeof greatest === 'bigint' ? BigInt(start) + BigInt(index + 1) : Number(start) + index + 1,
  )
}
