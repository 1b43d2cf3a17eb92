import { noFiles } from '@holdfast/core/backend'
import type { Capabilities } from '@holdfast/core/backend'

/** What the engine in memory declares. */
export const capabilities: Capabilities = Object.freeze({
  transactions: 'serializable',
  readsDuringTransaction: true,
  durable: false,
  concurrentProcesses: false,
  transactionalSchema: false,
  scanInKeyOrder: true,
  sql: false,
  fullTextSearch: false,
  files: noFiles,
  limits: Object.freeze({ maxKeyBytes: 512, maxValueBytes: 16 * 1024 * 1024 }),
})
