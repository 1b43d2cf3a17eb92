import type { LogicalType, Statistics, StoredRow, TypeName } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { NamedColumn } from './codec/rows.js'
import type { Connection } from './connection.js'
import type { Schema } from './schema.js'
import { literal } from './settings.js'

const columnsOf = (types: Readonly<Record<string, TypeName>>): readonly NamedColumn[] =>
  Object.entries(types).map(([name, type]) => ({ name, type: { name: type } as LogicalType, nullable: true }))

/** Sizes of the database and its tables, how their columns are compressed, and the memory in use. */
export async function readStatistics(connection: Connection, schema: Schema): Promise<Statistics> {
  const read = (sql: string, types: Readonly<Record<string, TypeName>>) =>
    connection.all({ sql, columns: columnsOf(types), bindings: [] })
  const [size] = await read(
    'SELECT block_size, total_blocks, used_blocks, free_blocks, wal_size FROM pragma_database_size() LIMIT 1',
    {
      blockSize: 'integer',
      totalBlocks: 'integer',
      usedBlocks: 'integer',
      freeBlocks: 'integer',
      walSize: 'text',
    },
  )
  const [version] = await read('SELECT version() AS version', { version: 'text' })
  const memory = await read(
    'SELECT tag, memory_usage_bytes AS bytes FROM duckdb_memory() WHERE memory_usage_bytes > 0',
    {
      tag: 'text',
      bytes: 'integer',
    },
  )
  const blockSize = size!['blockSize'] as number
  const tables = []
  const compression: Record<string, readonly StoredRow[]> = {}
  for (const { name } of await schema.read(connection)) {
    const [count] = await read(`SELECT count(*) AS rows FROM ${quote(name)}`, { rows: 'integer' })
    const [blocks] = await read(
      `SELECT count(DISTINCT block_id) AS blocks FROM pragma_storage_info(${literal(name)}) WHERE block_id >= 0`,
      { blocks: 'integer' },
    )
    compression[name] = await read(
      `SELECT column_name, compression, CAST(sum(count) AS BIGINT) FROM pragma_storage_info(${literal(name)}) WHERE segment_type <> 'VALIDITY' GROUP BY ALL ORDER BY ALL`,
      { column: 'text', compression: 'text', rows: 'integer' },
    )
    tables.push({
      name,
      rows: count!['rows'] as number,
      sizeBytes: (blocks!['blocks'] as number) * blockSize,
    })
  }
  return {
    sizeBytes: (size!['totalBlocks'] as number) * blockSize,
    tables,
    engine: { version: version!['version'], ...size, compression, memory },
  }
}
