import { attempt, removeLater } from '../disk/attempt.js'
import type { Disk } from '../disk/disk.js'
import type { BlockCache } from '../segments/cache.js'
import { createSegment, openSegment } from '../segments/index.js'
import { segmentPath, indexPath } from '../segments/paths.js'
import type { RowLayout, Segment, SegmentEntry } from '../segments/types.js'
import type { ResolvedOptions } from '../options.js'
import type { SegmentMaker } from './flush.js'
import { join } from 'node:path'

export interface DraftSegments extends SegmentMaker {
  /** Removes those that no manifest names. */
  discard(): void
}

/** The segments that are open, and the files of which nothing is left to be said. */
export class SegmentFiles {
  readonly #disk: Disk
  readonly #path: string
  readonly #options: ResolvedOptions
  readonly #cache: BlockCache
  readonly #number: () => number
  /** Each open segment with the folder of its table. */
  readonly #open = new Map<Segment, string>()
  /** Those that no manifest has named yet. */
  readonly #unnamed = new Set<Segment>()
  #inDoubt = false

  /** @param number gives the next number of a file, which none had before */
  constructor(disk: Disk, options: ResolvedOptions, cache: BlockCache, number: () => number) {
    this.#disk = disk
    this.#path = options.path
    this.#options = options
    this.#cache = cache
    this.#number = number
  }

  /** Opens the files of all of them, which stay readable from then on, whoever removes them. */
  openAll(): void {
    for (const segment of this.#open.keys()) segment.open()
  }

  open(folder: string, entry: SegmentEntry, layout: RowLayout): Segment {
    const segment = openSegment(this.#disk, join(this.#path, folder), entry, layout, this.#cache)
    this.#open.set(segment, folder)
    return segment
  }

  /** For one who makes segments that are named together or not at all. */
  maker(): DraftSegments {
    const made = new Set<Segment>()
    return {
      create: (folder, layout) =>
        createSegment(this.#disk, join(this.#path, folder), this.#number(), layout, this.#options),
      finish: async (writer, folder, layout) => {
        const segment = this.open(folder, await writer.finish(), layout)
        made.add(segment)
        this.#unnamed.add(segment)
        return segment
      },
      discard: () => {
        for (const segment of made) if (this.#unnamed.delete(segment)) this.#remove(segment)
        made.clear()
      },
    }
  }

  /** A manifest names them: from now on they are kept until none does. */
  named(segments: Iterable<Segment>): void {
    for (const segment of segments) this.#unnamed.delete(segment)
  }

  /** From now on nothing is removed: which manifest counts, and so what is named, is found out when the database is opened again. */
  keepAll(): void {
    this.#inDoubt = true
  }

  /** Closes and removes all that are neither among these nor unnamed yet, and are read by nobody. */
  keep(wanted: ReadonlySet<Segment>): void {
    for (const segment of this.#open.keys()) {
      if (!wanted.has(segment) && !this.#unnamed.has(segment)) this.#remove(segment)
    }
  }

  close(): void {
    for (const segment of this.#open.keys()) attempt(() => segment.close())
    this.#open.clear()
  }

  #remove(segment: Segment): void {
    const base = join(this.#path, this.#open.get(segment)!)
    if (this.#inDoubt) return
    this.#open.delete(segment)
    attempt(() => segment.close())
    removeLater(this.#disk, segmentPath(base, segment.entry))
    removeLater(this.#disk, indexPath(base, segment.entry))
  }
}
