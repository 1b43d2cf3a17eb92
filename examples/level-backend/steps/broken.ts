import { keyValueBackend } from '@holdfast/core/backend'
import type { Backend, Entry } from '@holdfast/core/backend'
import { LevelEngine } from '../src/engine.ts'
import { LevelStore, openLevel } from '../src/store.ts'
import type { LevelRange } from '../src/store.ts'

/** A mistake, to see what the suite says of it: rows that were asked for from the last to the first come in key order. */
class ForwardStore extends LevelStore {
  override entries(range: LevelRange, size?: number): AsyncGenerator<Entry[]> {
    return super.entries({ ...range, reverse: false }, size)
  }
}

export function brokenLevel(path: string): Backend {
  return keyValueBackend({
    name: 'level',
    durable: true,
    open: async () => new ForwardStore(await openLevel(path), false),
    engine: (store) => new LevelEngine(store),
  })
}
