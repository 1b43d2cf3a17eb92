import type { Backend } from '@holdfast/core'
import { capabilities } from './capabilities.js'
import { MemoryEngine } from './engine.js'
import { checkOptions } from './options.js'
import type { MemoryOptions } from './options.js'

export type { MemoryOptions } from './options.js'

/**
 * An engine that keeps its tables in the memory of the process: for tests, caches and data that fits. Each `open` begins an
 * empty database, which is gone when it is closed.
 *
 * Throws `INVALID_ARGUMENT` for an option that it does not know or a value out of range.
 */
export function memory(options: MemoryOptions = {}): Backend {
  const checked = checkOptions(options)
  return Object.freeze({
    name: 'memory',
    capabilities,
    open: async () => new MemoryEngine(checked),
  })
}
