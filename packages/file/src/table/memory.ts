import type { Key, StoredRow } from '@holdfast/core/backend'
import { SortedTree } from './sorted-tree.js'
import type { RowLayout } from '../segments/types.js'
import { keyOrderOf } from './key-order.js'

/** A change that is not in a segment yet: the row, or that there is none. */
export interface Recent {
  readonly row: StoredRow | undefined
}

/** Recent changes by key. A copy takes no time, and what is changed in one does not show in the other. */
export type Memory = InstanceType<typeof SortedTree<Key, Recent>>

export function emptyMemory(layout: RowLayout): Memory {
  return new SortedTree<Key, Recent>(undefined, keyOrderOf(layout).compare)
}

/** How many bytes a row takes, about. */
export function sizeOfRow(row: StoredRow): number {
  let size = 64
  for (const name in row) {
    const value = row[name]
    size += 16
    if (typeof value === 'string') size += value.length
    else if (value instanceof Uint8Array) size += value.byteLength
  }
  return size
}
