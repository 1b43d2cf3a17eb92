import { HoldfastError } from '@holdfast/core/backend'
import { join } from 'node:path'
import { removeLater } from '../disk/attempt.js'
import type { Disk } from '../disk/disk.js'
import { Journal, journalName } from '../journal/journal.js'
import type { LoggedRecord } from './change-log.js'
import { ManifestInDoubtError, writeManifest } from '../manifest/manifest.js'
import type { JournalEntry } from '../manifest/types.js'
import type { ResolvedOptions } from '../options.js'
import type { RowLayout, Segment } from '../segments/types.js'
import { Draft } from './draft.js'
import { entryOf } from './manifest-of.js'
import type { DraftSegments, SegmentFiles } from './segment-files.js'
import { segmentsOf, sortedOf } from './state.js'
import type { State } from './state.js'

/** What `openStore` found in the folder. */
export interface Opened {
  readonly state: State
  readonly journal: Journal
  readonly journals: readonly JournalEntry[]
  readonly revision: number
  readonly files: SegmentFiles
  /** Gives the next number. */
  readonly number: { next: number }
}

interface Waiting {
  /** Undefined where nothing was changed, by a writer who has read what is not durable yet. */
  readonly record: LoggedRecord | undefined
  readonly state: State
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * The committed states of the database: the newest that is durable, which everybody reads, and the newest of all, from which
 * the next writer goes on. Writers come one at a time: who calls `draft`, `commit` and the others has the turn.
 */
export class Store {
  readonly #disk: Disk
  readonly #options: ResolvedOptions
  readonly #files: SegmentFiles
  readonly #number: { next: number }
  readonly #pins = new Map<State, number>()
  #durable: State
  #newest: State
  #journal: Journal
  #journals: readonly JournalEntry[]
  #revision: number
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  /** What failed, so that nothing can be written any more. */
  #broken: unknown

  constructor(disk: Disk, options: ResolvedOptions, opened: Opened) {
    this.#disk = disk
    this.#options = options
    this.#files = opened.files
    this.#number = opened.number
    this.#durable = opened.state
    this.#newest = opened.state
    this.#journal = opened.journal
    this.#journals = opened.journals
    this.#revision = opened.revision
  }

  /** What is committed and durable. */
  get state(): State {
    return this.#durable
  }

  get journalBytes(): number {
    return this.#journal.bytes
  }

  /** Keeps the files of a state until the answer is called. */
  pin(state: State): () => void {
    this.#pins.set(state, (this.#pins.get(state) ?? 0) + 1)
    let released = false
    return () => {
      if (released) return
      released = true
      const pins = this.#pins.get(state)! - 1
      if (pins > 0) this.#pins.set(state, pins)
      else {
        this.#pins.delete(state)
        if (state !== this.#durable) this.#collect()
      }
    }
  }

  /** The next state, to be changed, committed or discarded. */
  draft(): Draft {
    return new Draft(this.#newest, this.#files.maker(), this.#options.journalSize)
  }

  /** A number that no table, segment or journal had before. */
  nextNumber(): number {
    return this.#number.next++
  }

  /** Where the journal ends when all is written that waits. */
  place(): { journal: number; offset: number } {
    return { journal: this.#journal.number, offset: this.#journal.bytes }
  }

  /**
   * Commits a draft: `durable` resolves once it is, and everybody sees it from then on. The turn may be given on before.
   * Where either rejects, nothing of the draft is kept.
   */
  async commit(draft: Draft): Promise<{ readonly durable: Promise<void> | undefined }> {
    this.#refuseBroken()
    if (draft.needsManifest) {
      await this.settled()
      if (draft.base !== this.#newest) throw undone()
      await draft.flush()
      await this.#swap(draft.stateSince(this.place()), this.#journals)
      draft.discard()
      return { durable: undefined }
    }
    const { record } = draft
    if (record === undefined && draft.base === this.#durable) return { durable: undefined }
    if (draft.base !== this.#newest) throw undone()
    if (record !== undefined) this.#newest = draft.state
    const durable = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ record, state: this.#newest, resolve, reject })
    })
    this.#writing ??= this.#write()
    return { durable }
  }

  /** Resolves when no commit waits for the disk. */
  async settled(): Promise<void> {
    await this.#writing
  }

  /**
   * For who changes files before the manifest: resolves when no commit waits for the disk.
   *
   * @throws HoldfastError `IO` when nothing can be written any more: a file that is there may be one that counts
   */
  async ready(): Promise<void> {
    await this.settled()
    this.#refuseBroken()
  }

  /** Makes segments of all recent changes and begins another journal. */
  async flush(): Promise<void> {
    this.#refuseBroken()
    await this.settled()
    const draft = this.draft()
    try {
      await draft.flush(recent(this.#newest))
      const journal = await Journal.create(this.#disk, this.#options.path, this.nextNumber(), this.#options)
      const replaced = this.#journals
      const since = { journal: journal.number, offset: 0 }
      try {
        await this.#swap(draft.stateSince(since), [{ number: journal.number, bytes: 0 }])
      } catch (error) {
        journal.close()
        if (this.#broken === undefined) removeLater(this.#disk, journal.path)
        throw error
      }
      this.#journal.close()
      this.#journal = journal
      for (const { number } of replaced)
        removeLater(this.#disk, join(this.#options.path, journalName(number)))
    } finally {
      draft.discard()
    }
  }

  /** For who makes segments to exchange. */
  segments(): DraftSegments {
    return this.#files.maker()
  }

  /** Puts another state in place that holds the same rows, by other segments; none where `change` answers false. */
  async exchange(change: (draft: Draft) => boolean): Promise<void> {
    this.#refuseBroken()
    await this.settled()
    const draft = this.draft()
    if (change(draft)) await this.#swap(draft.state, this.#journals)
  }

  /** Ends everything. The manifest says from then on how long the journal is. */
  async close(readOnly: boolean): Promise<void> {
    await this.settled()
    try {
      const { number, bytes } = this.#journal
      const known = this.#journals.at(-1)?.bytes
      if (!readOnly && this.#broken === undefined && bytes !== known)
        await this.#swap(this.#newest, [...this.#journals.slice(0, -1), { number, bytes }])
    } finally {
      this.#journal.close()
      this.#files.close()
    }
  }

  /** Writes what waits, all of it at once, and again until nothing does. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        const records = batch.map(({ record }) => record).filter((record) => record !== undefined)
        if (records.length > 0) await this.#journal.append(records, layoutsOf(records))
      } catch (error) {
        // What came after stands on what failed.
        const failed = [...batch, ...this.#waiting]
        this.#waiting = []
        this.#newest = this.#durable
        // What the journal holds of it might be read before what a manifest says later.
        this.#broken ??= this.#journal.broken
        for (const { reject } of failed) reject(error)
        break
      }
      this.#durable = batch.at(-1)!.state
      for (const { resolve } of batch) resolve()
    }
    this.#writing = undefined
  }

  /** Replaces the manifest. Everybody reads the new state from then on. */
  async #swap(state: State, journals: readonly JournalEntry[]): Promise<void> {
    const manifest = {
      format: 1,
      revision: this.#revision + 1,
      next: this.#number.next,
      journals,
      tables: Array.from(state.tables.values(), entryOf),
    } as const
    await this.#journal.settle()
    try {
      await writeManifest(this.#disk, this.#options.path, manifest, this.#options)
    } catch (error) {
      if (error instanceof ManifestInDoubtError) {
        this.#broken = error
        this.#files.keepAll()
      }
      throw error
    }
    this.#revision++
    this.#journals = journals
    this.#newest = state
    this.#durable = state
    this.#files.named(segmentsOf(state))
    this.#collect()
  }

  /** Removes the files of which no state is left that anybody reads. */
  #collect(): void {
    const wanted = new Set<Segment>()
    for (const state of [this.#durable, this.#newest, ...this.#pins.keys()]) {
      for (const segment of segmentsOf(state)) wanted.add(segment)
    }
    this.#files.keep(wanted)
  }

  #refuseBroken(): void {
    if (this.#broken === undefined) return
    const message =
      'The database cannot be written to any more, since the disk failed: close it and open it again, which finds out what it holds.'
    throw new HoldfastError('IO', message, { cause: this.#broken })
  }
}

function* recent({ tables }: State): Generator<string> {
  for (const [name, table] of tables) if (sortedOf(table).some(({ memory }) => memory.size > 0)) yield name
}

function layoutsOf(records: readonly LoggedRecord[]): (id: number) => RowLayout | undefined {
  return (id) => records.find(({ layouts }) => layouts.has(id))?.layouts.get(id)
}

/** A commit before this one failed, on which this one stands. */
function undone(): HoldfastError {
  return new HoldfastError('CONFLICT', 'A write that came before this one failed. Run the transaction again.')
}
