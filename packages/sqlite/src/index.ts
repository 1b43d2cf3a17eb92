import { noFiles } from '@holdfast/core/backend'
import type { Backend, Capabilities } from '@holdfast/core/backend'
import type { Database } from 'better-sqlite3'
import { isConcurrent, openEngine } from './open-engine.js'
import { resolveOptions } from './options.js'
import type { ResolvedOptions, SqliteOptions } from './options.js'

export type { JournalMode, SqliteOptions, Synchronous, TempStore } from './options.js'

/**
 * SQLite through better-sqlite3. Nothing is opened yet: hand the result to `open`.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for an unknown option, naming the nearest, or a value that is not acceptable
 */
export function sqlite(options: SqliteOptions): Backend<Database> {
  const resolved = resolveOptions(options)
  return {
    name: 'sqlite',
    capabilities: capabilitiesOf(resolved),
    open: (context) => openEngine(resolved, context),
  }
}

function capabilitiesOf(options: ResolvedOptions): Capabilities {
  const capabilities: Capabilities = {
    transactions: 'serializable',
    readsDuringTransaction: isConcurrent(options),
    durable: options.journalMode !== 'memory',
    concurrentProcesses: !options.memory,
    transactionalSchema: true,
    scanInKeyOrder: true,
    sql: 'sqlite',
    fullTextSearch: true,
    files: noFiles,
    limits: { maxKeyBytes: 512, maxValueBytes: 16 * 1024 * 1024 },
  }
  Object.freeze(capabilities.limits)
  return Object.freeze(capabilities)
}
