import type { Identity, IndexLayout, Key, StoredRow } from '@holdfast/core/backend'

/** The keys of the rows that hold the same values. One alone is not worth a set. */
type Bucket = Identity | Set<Identity>

/** Finds rows by their values in the columns of an index. Rows with a null in them are left out. */
export class HashIndex {
  readonly index: IndexLayout
  readonly #buckets = new Map<Identity, Bucket>()

  constructor(index: IndexLayout) {
    this.index = index
  }

  /** Notes that a row came, was replaced or went. */
  replace(identity: Identity, before: StoredRow | undefined, row: StoredRow | undefined): void {
    const from = before && this.#identityOf(before)
    const to = row && this.#identityOf(row)
    if (from === to) return
    if (from !== undefined) this.#remove(from, identity)
    if (to !== undefined) this.#add(to, identity)
  }

  /** The keys of the rows that hold the values. */
  find(values: Key): Iterable<Identity> {
    const bucket = this.#buckets.get(this.index.identityOf(values))
    if (bucket instanceof Set) return bucket
    return bucket === undefined ? [] : [bucket]
  }

  /** The key of the row that holds the values, in an index where no two do. */
  holder(valuesIdentity: Identity): Identity | undefined {
    const bucket = this.#buckets.get(valuesIdentity)
    return bucket instanceof Set ? undefined : bucket
  }

  /** Whether a row is there that holds the same values as this one. */
  holds(row: StoredRow): boolean {
    const values = this.#identityOf(row)
    return values !== undefined && this.#buckets.has(values)
  }

  #identityOf(row: StoredRow): Identity | undefined {
    const values = this.index.valuesOf(row)
    return values && this.index.identityOf(values)
  }

  #add(values: Identity, identity: Identity): void {
    const bucket = this.#buckets.get(values)
    if (bucket instanceof Set) bucket.add(identity)
    else this.#buckets.set(values, bucket === undefined ? identity : new Set([bucket, identity]))
  }

  #remove(values: Identity, identity: Identity): void {
    const bucket = this.#buckets.get(values)
    if (bucket === identity || (bucket instanceof Set && bucket.delete(identity) && bucket.size === 0)) {
      this.#buckets.delete(values)
    }
  }
}
