import { Buffer } from 'node:buffer'
import type { Entry, KeyRange, KeyValueChanges, KeyValueStore } from '../../../src/backend/index.js'

/** Entries in the order of their keys, which outlive the store over them as a file would. The list itself never changes. */
export class OrderedMap {
  entries: readonly Entry[] = []
  /** From so many writes on, all fail. */
  writesLeft = Infinity
  openSnapshots = 0
}

export class OrderedMapStore implements KeyValueStore {
  readonly #map: OrderedMap
  readonly #seen: readonly Entry[] | undefined

  /** @param seen what is read instead of what the map holds now */
  constructor(map: OrderedMap, seen?: readonly Entry[]) {
    this.#map = map
    this.#seen = seen
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const entry = this.#entries[placeOf(this.#entries, key)]
    return entry !== undefined && Buffer.compare(entry[0], key) === 0 ? entry[1] : undefined
  }

  /** In lists that grow, so that a few entries are several lists and many are not a thousand. */
  *scan({ from, to }: KeyRange): Generator<readonly Entry[]> {
    const entries = this.#entries
    const end = placeOf(entries, to)
    for (let start = placeOf(entries, from), size = 2; start < end; start += size, size *= 2)
      yield entries.slice(start, Math.min(end, start + size))
  }

  write({ puts, deletes }: KeyValueChanges): void {
    if (this.#map.writesLeft-- <= 0) throw new Error('the device is gone')
    const changed: [key: Uint8Array, value?: Uint8Array][] = deletes.map((key) => [key])
    for (const [key, value] of puts) changed.push([key, value])
    changed.sort(([left], [right]) => Buffer.compare(left, right))
    const pieces: (readonly Entry[])[] = []
    let kept = 0
    for (const [index, [key, value]] of changed.entries()) {
      if (index > 0 && Buffer.compare(changed[index - 1]![0], key) === 0)
        throw new Error('a key occurs twice')
      const place = placeOf(this.#entries, key)
      const there = this.get(key) !== undefined
      if (value === undefined && !there) throw new Error('a key to delete is not there')
      pieces.push(this.#entries.slice(kept, place), value === undefined ? [] : [[key, value]])
      kept = there ? place + 1 : place
    }
    this.#map.entries = [...pieces, this.#entries.slice(kept)].flat(1)
  }

  snapshot(): OrderedMapStore {
    this.#map.openSnapshots++
    return new OrderedMapStore(this.#map, this.#map.entries)
  }

  close(): void {
    if (this.#seen !== undefined) this.#map.openSnapshots--
  }

  get #entries(): readonly Entry[] {
    return this.#seen ?? this.#map.entries
  }
}

/** The number of entries before a key. */
function placeOf(entries: readonly Entry[], key: Uint8Array): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (Buffer.compare(entries[middle]![0], key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
