import { keyValueBackend } from '@holdfast/core/backend'
import type { Backend } from '@holdfast/core/backend'
import { LevelEngine } from './engine.ts'
import { LevelStore, openLevel } from './store.ts'

export interface LevelOptions {
  /** The folder of the database, which is made where there is none. */
  readonly path: string
  /** Whether writes are on the disk when they are answered, and so outlive a loss of power. Default true. */
  readonly sync?: boolean
}

/** A backend over LevelDB. One process at a time may have a database open: another one is refused with `BUSY`. */
export function level({ path, sync = true }: LevelOptions): Backend {
  return keyValueBackend({
    name: 'level',
    durable: true,
    snapshots: true,
    open: async () => new LevelStore(await openLevel(path), sync),
    engine: (store) => new LevelEngine(store),
  })
}
