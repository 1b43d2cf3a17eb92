import { limits } from '@holdfast/core/backend'
import type { Capabilities, FileFormat } from '@holdfast/core/backend'

const formats: readonly FileFormat[] = Object.freeze(['csv', 'parquet', 'ndjson', 'json'])

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
  files: Object.freeze({
    query: formats,
    export: formats,
    infer: formats,
    compression: Object.freeze(['gzip', 'zstd'] as const),
  }),
  limits: Object.freeze({ maxKeyBytes: limits.maxKeyBytes, maxValueBytes: limits.maxValueBytes }),
})
