import { limits, noFiles } from '@holdfast/core/backend'
import type { Capabilities } from '@holdfast/core/backend'

/** What the file engine declares. */
export const capabilities: Capabilities = Object.freeze({
  transactions: 'serializable',
  readsDuringTransaction: true,
  durable: true,
  concurrentProcesses: false,
  transactionalSchema: false,
  scanInKeyOrder: true,
  sql: false,
  fullTextSearch: false,
  files: noFiles,
  limits: Object.freeze({ maxKeyBytes: limits.maxKeyBytes, maxValueBytes: limits.maxValueBytes }),
})
