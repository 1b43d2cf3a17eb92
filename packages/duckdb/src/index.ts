import type { DuckDBConnection } from '@duckdb/node-api'
import type { Backend, Capabilities } from '@holdfast/core/backend'
import { openEngine } from './engine.js'
import { resolveOptions } from './options.js'
import type { DuckdbOptions, ResolvedOptions } from './options.js'

export type { DuckdbOptions, Profiling } from './options.js'

/**
 * DuckDB through @duckdb/node-api. Nothing is opened yet: hand the result to `open`.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for an unknown option, naming the nearest, or a value that is not acceptable
 */
export function duckdb(options: DuckdbOptions): Backend<DuckDBConnection> {
  const resolved = resolveOptions(options)
  return {
    name: 'duckdb',
    capabilities: capabilitiesOf(resolved),
    open: (context) => openEngine(resolved, context),
  }
}

function capabilitiesOf({ memory, readOnly }: ResolvedOptions): Capabilities {
  const capabilities: Capabilities = {
    transactions: 'serializable',
    readsDuringTransaction: true,
    durable: !memory,
    concurrentProcesses: readOnly,
    transactionalSchema: true,
    scanInKeyOrder: false,
    sql: 'duckdb',
    fullTextSearch: false,
    files: { query: ['csv', 'parquet'], export: ['csv', 'parquet'], infer: ['parquet'], compression: [] },
    limits: { maxKeyBytes: 512, maxValueBytes: 16 * 1024 * 1024 },
  }
  Object.values(capabilities.files).forEach(Object.freeze)
  Object.freeze(capabilities.files)
  Object.freeze(capabilities.limits)
  return Object.freeze(capabilities)
}
