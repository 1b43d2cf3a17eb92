import type {
  ColumnDefinition,
  LogicalType,
  Statistics,
  TableDefinition,
  TypeName,
} from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { NamedColumn } from './codec/rows.js'
import type { Connection } from './connection.js'
import type { Schema } from './schema.js'
import { literal } from './settings.js'

const columnsOf = (types: Readonly<Record<string, TypeName>>): readonly NamedColumn[] =>
  Object.entries(types).map(([name, type]) => ({ name, type: { name: type } as LogicalType, nullable: true }))

type Read = (sql: string, types: Readonly<Record<string, TypeName>>) => ReturnType<Connection['all']>

/** Sizes of the database and its tables, how their columns are compressed, and the memory in use. */
export async function readStatistics(connection: Connection, schema: Schema): Promise<Statistics> {
  const read: Read = (sql, types) => connection.all({ sql, columns: columnsOf(types), bindings: [] })
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
    { tag: 'text', bytes: 'integer' },
  )
  const blockSize = size!['blockSize'] as number
  const tables = []
  const compression: Record<string, TableCompression> = {}
  for (const table of await schema.read(connection)) {
    const { name } = table
    const { rows, plainBytes } = await measure(read, table)
    const sizeBytes = (await countBlocks(read, table)) * blockSize
    tables.push({ name, rows, sizeBytes })
    compression[name] = {
      plainBytes,
      ratio: sizeBytes === 0 ? null : plainBytes / sizeBytes,
      columns: await readCompression(read, table),
    }
  }
  return {
    sizeBytes: (size!['totalBlocks'] as number) * blockSize,
    tables,
    engine: { version: version!['version'], ...size, compression, memory },
  }
}

interface TableCompression {
  /** What the values would take that are stored one after another. */
  readonly plainBytes: number
  /** How many times that is what the table takes in the file; null where it takes nothing there yet. */
  readonly ratio: number | null
  readonly columns: Awaited<ReturnType<Read>>
}

async function measure(
  read: Read,
  { name, columns }: TableDefinition,
): Promise<{ readonly rows: number; readonly plainBytes: number }> {
  const sizes = columns.map((column) => `coalesce(${plainBytesOf(column)}, 0)`).join(' + ')
  const [row] = await read(`SELECT count(*), CAST(${sizes} AS BIGINT) FROM ${quote(name)}`, {
    rows: 'integer',
    plainBytes: 'integer',
  })
  return { rows: row!['rows'] as number, plainBytes: row!['plainBytes'] as number }
}

/** Bytes of one value; decimals as those with the most digits. */
const widths: Readonly<Record<Exclude<TypeName, 'text' | 'json' | 'bytes'>, number>> = {
  boolean: 1,
  integer: 8,
  bigint: 8,
  double: 8,
  decimal: 8,
  date: 4,
  timestamp: 8,
  uuid: 16,
}

function plainBytesOf({ name, type }: ColumnDefinition): string {
  switch (type.name) {
    case 'text':
    case 'json':
      return `sum(strlen(CAST(${quote(name)} AS VARCHAR)))`
    case 'bytes':
      return `sum(octet_length(${quote(name)}))`
    default:
      return `count(*) * ${widths[type.name]}`
  }
}

async function countBlocks(read: Read, { name }: TableDefinition): Promise<number> {
  const [row] = await read(
    `SELECT count(DISTINCT block_id) FROM pragma_storage_info(${literal(name)}) WHERE block_id >= 0`,
    { blocks: 'integer' },
  )
  return row!['blocks'] as number
}

function readCompression(read: Read, { name }: TableDefinition): ReturnType<Read> {
  return read(
    `SELECT column_name, compression, CAST(sum(count) AS BIGINT) FROM pragma_storage_info(${literal(name)}) WHERE segment_type <> 'VALIDITY' GROUP BY ALL ORDER BY ALL`,
    { column: 'text', compression: 'text', rows: 'integer' },
  )
}
