import type { MaybePromise } from '../types.js'

/** A key with its value. */
export type Entry = readonly [key: Uint8Array, value: Uint8Array]

/** The keys from `from` on that come before `to`, in the order of their bytes: 0 to 255, a prefix before what it begins. */
export interface KeyRange {
  readonly from: Uint8Array
  readonly to: Uint8Array
}

/** What to change at once. No key occurs twice, neither within a list nor in both; their order means nothing. */
export interface KeyValueChanges {
  readonly puts: readonly Entry[]
  /** Keys that are there. */
  readonly deletes: readonly Uint8Array[]
}

/** What a key-value store is read by. */
export interface KeyValueReader {
  /** The value under a key, or undefined. May answer without a promise. */
  get(key: Uint8Array): MaybePromise<Uint8Array | undefined>
  /** The same for several keys, in their order; worth having where one call is cheaper than many. Default: `get` for each. */
  getMany?(keys: readonly Uint8Array[]): MaybePromise<readonly (Uint8Array | undefined)[]>
  /**
   * Yields the entries of a range in the order of their keys, as they were when the first was asked for, whatever is
   * written meanwhile. They travel in lists, which are not empty; about 1,000 is a good size. A caller who leaves early ends
   * the iteration by `return`: a `finally` is the place to give handles back.
   */
  scan(range: KeyRange): Iterable<readonly Entry[]> | AsyncIterable<readonly Entry[]>
}

/**
 * All that `keyValueBackend` needs of a store: four methods over keys and values that are bytes. It calls no method before
 * the one before it was answered where both write, and none after `close`. It does not change the bytes that it hands
 * over or is given; nor may the store.
 */
export interface KeyValueStore extends KeyValueReader {
  /** Makes all changes or none. Where the backend is declared durable they outlive the process once this has resolved. */
  write(changes: KeyValueChanges): MaybePromise<void>
  /** Ends everything. Called once. */
  close(): MaybePromise<void>
  /**
   * The store as it is now, for as long as it is wanted: called only where the backend is declared with `snapshots`. What
   * is written afterwards does not show in it.
   */
  snapshot?(): MaybePromise<KeyValueSnapshot>
}

export interface KeyValueSnapshot extends KeyValueReader {
  /** Gives the snapshot back. Called once. */
  close(): MaybePromise<void>
}
