import { limits as mostLimits } from '../../schema/limits.js'
import { noFiles } from '../no-files.js'
import type { Backend, Capabilities, MaybePromise, OpenContext } from '../types.js'
import { KeyValueEngine } from './engine.js'
import type { KeyValueStore } from './store.js'

/** What a key-value engine is, in a few words. */
export interface KeyValueOptions<Store extends KeyValueStore> {
  /** The kind of engine, for example `level`. */
  readonly name: string
  /** Opens the store, or makes a new one. What it rejects with should be a `HoldfastError` where a code says why. */
  readonly open: (context: OpenContext) => MaybePromise<Store>
  /** Whether what was written outlives the process. Default false. */
  readonly durable?: boolean
  /**
   * Whether the store has the method `snapshot`. Then queries that read twice and read-only transactions keep no writer
   * waiting, and transactions are the engine's. Default false.
   */
  readonly snapshots?: boolean
  /**
   * Where the store takes less than keys of 512 bytes and values of 16 MiB. A key in the store is at most twice
   * `maxKeyBytes` and 16 bytes more, and never has to be longer than 256 for the sake of others; a row is at most the sum of its values
   * written as JSON.
   */
  readonly limits?: Partial<Capabilities['limits']>
  /** Further capabilities of an engine that extends `KeyValueEngine`. */
  readonly capabilities?: Partial<Pick<Capabilities, 'sql' | 'fullTextSearch' | 'files'>>
  /** Makes the engine. Default: `new KeyValueEngine(store)`. */
  readonly engine?: (store: Store) => KeyValueEngine<Store>
}

/**
 * A backend over any ordered key-value store: its author writes `get`, `scan`, `write` and `close` over bytes. The encoding
 * of keys and rows, the catalogue (kept in the store), unique indexes, generated keys and transactions come from here.
 */
export function keyValueBackend<Store extends KeyValueStore>(options: KeyValueOptions<Store>): Backend {
  const { name, open, durable = false, snapshots = false, limits = {}, capabilities = {} } = options
  const makeEngine = options.engine ?? ((store: Store) => new KeyValueEngine(store))
  const { maxKeyBytes, maxValueBytes } = mostLimits
  return Object.freeze({
    name,
    capabilities: Object.freeze({
      transactions: snapshots ? 'serializable' : 'core',
      readsDuringTransaction: true,
      durable,
      concurrentProcesses: false,
      transactionalSchema: false,
      scanInKeyOrder: true,
      sql: false,
      fullTextSearch: false,
      files: noFiles,
      ...capabilities,
      limits: Object.freeze({ maxKeyBytes, maxValueBytes, ...limits }),
    } as const),
    open: async (context: OpenContext) => {
      const store = await open(context)
      try {
        const engine = makeEngine(store)
        await engine.load(snapshots)
        return engine
      } catch (error) {
        await store.close()
        throw error
      }
    },
  })
}
