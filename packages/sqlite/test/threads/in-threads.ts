import type { Backend } from '@holdfast/core/backend'
import type { Database } from 'better-sqlite3'
import { sqlite } from '../../src/index.js'
import type { SqliteOptions } from '../../src/index.js'
import { openEngine } from '../../src/open-engine.js'
import { resolveOptions } from '../../src/options.js'
import type { ThreadRules } from '../../src/threads/rules.js'

/** Whatever can be done in a thread is, be it ever so little. */
export const always: ThreadRules = {
  pages: 0,
  scannedRows: 0,
  milliseconds: 0,
  fewestWrittenRows: 0,
  mostWrittenRows: Number.POSITIVE_INFINITY,
  checkpointedRows: 0,
  readsBesides: 0,
}

/** SQLite that works in threads from the first row on. */
export function sqliteInThreads(options: SqliteOptions, rules: ThreadRules = always): Backend<Database> {
  const resolved = resolveOptions({ threads: 2, ...options })
  return { ...sqlite(options), open: (context) => openEngine(resolved, context, rules) }
}
