import type { Comparator, Identity, StoredRow } from '@holdfast/core/backend'
import { Chunk, chunkRows, chunksOf } from './chunk.js'

/** The rows of a snapshot: chunks in key order, none of them empty. */
export type Chunks = readonly Chunk[]

/** A key that was changed, by any row that has it, and the row that is there now. */
interface Change {
  readonly sample: StoredRow
  readonly row: StoredRow | undefined
}

/** So many changes may be noted in any case; beyond it, a quarter as many as there are rows. */
const mostNoted = chunkRows

/**
 * The rows of a table in key order. Changes are noted one by one and put in their places together, when somebody next asks
 * for the chunks: a load in any order then costs one sort.
 */
export class KeyOrder {
  readonly #compare: Comparator<StoredRow>
  readonly #rows: ReadonlyMap<Identity, StoredRow>
  #chunks: Chunks = []
  /** New rows, each after all that were there before it. */
  #appended: StoredRow[] = []
  /** All other changes. */
  readonly #touched = new Map<Identity, StoredRow>()
  /** The row with the greatest key that there was since all changes were last put in their places. */
  #last: StoredRow | undefined

  /** @param rows the rows as they are, by the identities of their keys */
  constructor(compare: Comparator<StoredRow>, rows: ReadonlyMap<Identity, StoredRow>) {
    this.#compare = compare
    this.#rows = rows
  }

  /** Notes that a row came, was replaced or went: the rows are so already. */
  note(identity: Identity, before: StoredRow | undefined, row: StoredRow | undefined): void {
    if (before === undefined && row !== undefined && this.#isLast(row)) {
      this.#appended.push(row)
      this.#last = row
    } else {
      const sample = row ?? before
      if (sample !== undefined) this.#touched.set(identity, sample)
    }
    // What is only noted must not outgrow the rows, where nobody ever asks for the chunks.
    if (this.#appended.length + this.#touched.size > mostNoted + this.#rows.size / 4) this.chunks()
  }

  /** All rows. */
  chunks(): Chunks {
    if (this.#appended.length > 0) {
      this.#chunks = appended(this.#chunks, this.#appended)
      this.#appended = []
    }
    if (this.#touched.size > 0) {
      const changes = Array.from(this.#touched, ([identity, sample]) => ({
        sample,
        row: this.#rows.get(identity),
      }))
      this.#touched.clear()
      changes.sort((left, right) => this.#compare(left.sample, right.sample))
      this.#chunks = merged(this.#chunks, changes, this.#compare)
      this.#last = this.#chunks.at(-1)?.rows.at(-1)
    }
    return this.#chunks
  }

  #isLast(row: StoredRow): boolean {
    return this.#last === undefined || this.#compare(this.#last, row) < 0
  }
}

/** The row with the key of the sample. */
export function findInChunks(
  chunks: Chunks,
  sample: StoredRow,
  compare: Comparator<StoredRow>,
): StoredRow | undefined {
  const rows = chunks[chunkOf(chunks, sample, compare, 0)]?.rows ?? []
  const row = rows[lowerBound(rows, sample, compare, 0)]
  return row !== undefined && compare(row, sample) === 0 ? row : undefined
}

function appended(chunks: Chunks, rows: readonly StoredRow[]): Chunks {
  const last = chunks.at(-1)?.rows ?? []
  const room = Math.max(0, chunkRows - last.length)
  if (last.length === 0 || room === 0) return [...chunks, ...chunksOf(rows)]
  const filled = new Chunk([...last, ...rows.slice(0, room)])
  return [...chunks.slice(0, -1), filled, ...chunksOf(rows.slice(room))]
}

/** The chunks after changes in key order; those without a change stay the same. */
function merged(chunks: Chunks, changes: readonly Change[], compare: Comparator<StoredRow>): Chunks {
  const result: Chunk[] = []
  let done = 0
  let next = 0
  while (next < changes.length) {
    const place = chunkOf(chunks, changes[next]!.sample, compare, done)
    for (; done < place; done++) result.push(chunks[done]!)
    const following = chunks[place + 1]?.rows[0]
    const start = next
    do next++
    while (next < changes.length && (!following || compare(changes[next]!.sample, following) < 0))
    addRows(result, mergedRows(chunks[place]?.rows ?? [], changes.slice(start, next), compare))
    done = place + 1
  }
  for (; done < chunks.length; done++) result.push(chunks[done]!)
  return result
}

function mergedRows(
  rows: readonly StoredRow[],
  changes: readonly Change[],
  compare: Comparator<StoredRow>,
): StoredRow[] {
  const result: StoredRow[] = []
  let done = 0
  for (const { sample, row } of changes) {
    const place = lowerBound(rows, sample, compare, done)
    for (; done < place; done++) result.push(rows[done]!)
    if (done < rows.length && compare(rows[done]!, sample) === 0) done++
    if (row !== undefined) result.push(row)
  }
  for (; done < rows.length; done++) result.push(rows[done]!)
  return result
}

/** Adds rows as chunks of even size, or to the last chunk where both are small. */
function addRows(chunks: Chunk[], rows: readonly StoredRow[]): void {
  if (rows.length === 0) return
  const last = chunks.at(-1)
  if (last !== undefined && last.rows.length + rows.length <= chunkRows >> 1) {
    chunks[chunks.length - 1] = new Chunk([...last.rows, ...rows])
    return
  }
  chunks.push(...chunksOf(rows, Math.ceil(rows.length / Math.ceil(rows.length / chunkRows))))
}

/** The place of the last chunk that does not begin after the sample, or `from` where all do. */
function chunkOf(chunks: Chunks, sample: StoredRow, compare: Comparator<StoredRow>, from: number): number {
  let low = from
  let high = chunks.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (compare(chunks[middle]!.rows[0]!, sample) <= 0) low = middle
    else high = middle
  }
  return low
}

/** The place of the first row that does not come before the sample. */
function lowerBound(
  rows: readonly StoredRow[],
  sample: StoredRow,
  compare: Comparator<StoredRow>,
  from: number,
): number {
  let low = from
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(rows[middle]!, sample) < 0) low = middle + 1
    else high = middle
  }
  return low
}
