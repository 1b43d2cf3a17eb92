import type { Entry, KeyRange, KeyValueChanges, KeyValueStore } from '@holdfast/core/backend'

/**
 * The one file to replace: four methods over keys and values, both bytes. Here they are over a list in memory, in the
 * order of its keys, that is never changed but replaced by the next one.
 */
export class MyEngineStore implements KeyValueStore {
  #entries: readonly Entry[] = []

  /** The value under a key, or undefined. A promise will do as well, here and in `write` and `close`. */
  get(key: Uint8Array): Uint8Array | undefined {
    const entry = this.#entries[placeOf(this.#entries, key)]
    return entry !== undefined && compare(entry[0], key) === 0 ? entry[1] : undefined
  }

  /**
   * The entries from `from` up to, not including, `to`, in the order of their keys, in lists of any length but 0. They are those
   * of the moment when the first is asked for: nothing that is written meanwhile shows. An async generator will do as well.
   */
  *scan({ from, to }: KeyRange): Generator<readonly Entry[]> {
    const entries = this.#entries
    const end = placeOf(entries, to)
    for (let start = placeOf(entries, from); start < end; start += 1000)
      yield entries.slice(start, Math.min(start + 1000, end))
  }

  /** All of it or nothing. No key occurs twice, and keys to delete are there. */
  write({ puts, deletes }: KeyValueChanges): void {
    const changes: [key: Uint8Array, value?: Uint8Array][] = deletes.map((key) => [key])
    for (const [key, value] of puts) changes.push([key, value])
    changes.sort(([left], [right]) => compare(left, right))
    const entries = this.#entries
    const next: (readonly Entry[])[] = []
    let kept = 0
    for (const [key, value] of changes) {
      const place = placeOf(entries, key)
      const replaces = entries[place] !== undefined && compare(entries[place][0], key) === 0
      next.push(entries.slice(kept, place), value === undefined ? [] : [[key, value]])
      kept = replaces ? place + 1 : place
    }
    this.#entries = [...next, entries.slice(kept)].flat(1)
  }

  close(): void {
    this.#entries = []
  }
}

/** The number of entries whose keys come before this one. */
function placeOf(entries: readonly Entry[], key: Uint8Array): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const entry = entries[middle]
    if (entry !== undefined && compare(entry[0], key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The order of keys: byte by byte, and what a key begins with before the key. */
function compare(left: Uint8Array, right: Uint8Array): number {
  return Buffer.compare(left, right)
}
