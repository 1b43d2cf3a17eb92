import { noFiles } from '@holdfast/core/backend'
import type { Backend, Capabilities } from '@holdfast/core/backend'
import { openEngine } from './engine.js'
import type { NativeClients } from './native.js'
import { resolveOptions } from './options/index.js'
import type { PostgresOptions } from './options/index.js'

export type { NativeClients } from './native.js'
export type { PostgresOptions, SslMode } from './options/index.js'
export { physical } from './physical/physical.js'
export type { PhysicalTable } from './physical/physical.js'
export type {
  BrinIndex,
  BtreeIndex,
  DocumentIndex,
  FullTextIndex,
  GistIndex,
  HashIndex,
  PartitionBy,
  PartitionByHash,
  PartitionByNumber,
  PartitionByTime,
  PhysicalIndex,
  PhysicalOptions,
  SpGistIndex,
  TrigramIndex,
} from './physical/types.js'
export type { EngineStatistics, SlowStatement } from './statistics.js'

/**
 * PostgreSQL through `pg`. Nothing is opened yet: hand the result to `open`.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for an unknown option, naming the nearest, or a value that is not acceptable
 */
export function postgres(options: PostgresOptions): Backend<NativeClients> {
  const resolved = resolveOptions(options)
  return { name: 'postgres', capabilities, open: (context) => openEngine(resolved, context) }
}

const capabilities: Capabilities = Object.freeze({
  // Snapshots unless more is asked for.
  transactions: 'serializable',
  readsDuringTransaction: true,
  durable: true,
  concurrentProcesses: true,
  transactionalSchema: true,
  scanInKeyOrder: true,
  sql: 'postgres',
  fullTextSearch: true,
  files: noFiles,
  limits: Object.freeze({ maxKeyBytes: 512, maxValueBytes: 16 * 1024 * 1024 }),
})
