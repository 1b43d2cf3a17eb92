import type { Entry, KeyRange, KeyValueChanges } from '@holdfast/core/backend'
import type { KeyValueReader, KeyValueSnapshot, KeyValueStore } from '@holdfast/core/backend'
import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import { ClassicLevel } from 'classic-level'
import type { IteratorOptions, Snapshot } from 'classic-level'

export type Level = ClassicLevel<Uint8Array, Uint8Array>
export type LevelRange = Pick<IteratorOptions<Uint8Array, Uint8Array>, 'gte' | 'lt' | 'reverse'>

/** Opens a LevelDB database, or makes a new one. */
export async function openLevel(path: string): Promise<Level> {
  const level: Level = new ClassicLevel(path, { keyEncoding: 'view', valueEncoding: 'view' })
  try {
    await level.open()
    return level
  } catch (error) {
    throw openError(error)
  }
}

/** LevelDB as it is, or as it was when a snapshot was taken. */
class LevelReader implements KeyValueReader {
  readonly level: Level
  readonly #snapshot: Snapshot | undefined

  constructor(level: Level, snapshot?: Snapshot) {
    this.level = level
    this.#snapshot = snapshot
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.level.get(key, { snapshot: this.#snapshot })
  }

  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return this.level.getMany([...keys], { snapshot: this.#snapshot })
  }

  scan({ from, to }: KeyRange): AsyncGenerator<Entry[]> {
    return this.entries({ gte: from, lt: to })
  }

  async *entries(options: LevelRange, size = 1000): AsyncGenerator<Entry[]> {
    // An iterator sees the database as it was when it was made.
    const iterator = this.level.iterator({ ...options, snapshot: this.#snapshot })
    try {
      for (let entries; (entries = await iterator.nextv(size)).length > 0;) yield entries
    } finally {
      await iterator.close()
    }
  }

  /** The number of keys in a range: their values are not read. */
  async count(options: LevelRange, signal?: AbortSignal): Promise<number> {
    const iterator = this.level.keys({ ...options, snapshot: this.#snapshot })
    let number = 0
    try {
      for (let keys; (keys = await iterator.nextv(10_000)).length > 0; number += keys.length)
        throwIfAborted(signal)
    } finally {
      await iterator.close()
    }
    return number
  }

  async close(): Promise<void> {
    await this.#snapshot?.close()
  }
}

export class LevelStore extends LevelReader implements KeyValueStore {
  readonly #sync: boolean

  /** @param sync whether a write waits until it is on the disk */
  constructor(level: Level, sync: boolean) {
    super(level)
    this.#sync = sync
  }

  write({ puts, deletes }: KeyValueChanges): Promise<void> {
    const batch = [
      ...deletes.map((key) => ({ type: 'del', key }) as const),
      ...puts.map(([key, value]) => ({ type: 'put', key, value }) as const),
    ]
    return this.level.batch(batch, { sync: this.#sync })
  }

  snapshot(): KeyValueSnapshot {
    return new LevelReader(this.level, this.level.snapshot())
  }

  override close(): Promise<void> {
    return this.level.close()
  }
}

const openCodes: Readonly<Record<string, 'BUSY' | 'CORRUPT' | 'IO'>> = {
  LEVEL_LOCKED: 'BUSY',
  LEVEL_CORRUPTION: 'CORRUPT',
  LEVEL_IO_ERROR: 'IO',
}

/** The reason is the cause of what LevelDB throws. */
function openError(error: unknown): unknown {
  const cause = error instanceof Error ? (error.cause as { readonly code?: string } | undefined) : undefined
  const code = openCodes[cause?.code ?? '']
  if (code === undefined) return error
  return new HoldfastError(code, `The LevelDB database cannot be opened (${cause?.code}).`, { cause: error })
}
