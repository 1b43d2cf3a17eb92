import { comparatorOf } from '@holdfast/core/backend'
import type { Comparator, Key, StoredRow } from '@holdfast/core/backend'
import type { RowLayout } from '../segments/types.js'

/** How the rows of a layout are told apart and sorted. */
export interface KeyOrder {
  readonly compare: Comparator<Key>
  readonly keyOf: (row: StoredRow) => Key
}

const orders = new WeakMap<RowLayout, KeyOrder>()

/**
 * The order of a layout, compiled once. Keys may be compared with places between keys, see `before` and `after`, too.
 */
export function keyOrderOf(layout: RowLayout): KeyOrder {
  let order = orders.get(layout)
  if (order === undefined) orders.set(layout, (order = compileOrder(layout)))
  return order
}

/** A place before every key that begins with these values. */
export function before(values: Key): Key {
  return new Place(values, -1)
}

/** A place after every key that begins with these values. */
export function after(values: Key): Key {
  return new Place(values, 1)
}

class Place extends Array<Key[number]> {
  readonly side: -1 | 1

  constructor(values: Key, side: -1 | 1) {
    super()
    for (const value of values) this.push(value)
    this.side = side
  }
}

function compileOrder({ columns, key }: RowLayout): KeyOrder {
  const parts = key.map((name) => comparatorOf(columns.find((column) => column.name === name)!.type))
  const [first] = parts
  const [name] = key
  if (parts.length === 1 && first !== undefined && name !== undefined) {
    return {
      compare: (left, right) => first(left[0]!, right[0]!) || sideOf(left) - sideOf(right),
      keyOf: (row) => [row[name]!],
    }
  }
  return {
    compare: (left, right) => {
      const length = Math.min(left.length, right.length)
      for (let index = 0; index < length; index++) {
        const order = parts[index]!(left[index]!, right[index]!)
        if (order !== 0) return order
      }
      // What is shorter is a place beside all keys that begin with it, and beside places among them.
      if (left.length < right.length) return sideOf(left)
      return left.length > right.length ? -sideOf(right) : sideOf(left) - sideOf(right)
    },
    keyOf: (row) => key.map((part) => row[part]!),
  }
}

function sideOf(key: Key): number {
  return key instanceof Place ? key.side : 0
}
