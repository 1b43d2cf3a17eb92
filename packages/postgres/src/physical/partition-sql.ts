import type { TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { partitionName, qualified } from '../catalog/names.js'
import { partitionColumns } from './design.js'
import type { Partitioning } from './design.js'
import type { Range } from './ranges.js'

/** What follows the columns where a table is created. */
export function partitionBySql(partitioning: Partitioning | undefined): string {
  if (partitioning === undefined) return ''
  const columns = partitionColumns(partitioning).map(quote).join(', ')
  return ` PARTITION BY ${partitioning.kind === 'range' ? 'RANGE' : 'HASH'} (${columns})`
}

/** The parts that a table has from the beginning. */
export function firstPartitionsSql(
  schema: string,
  { name }: TableDefinition,
  partitioning: Partitioning | undefined,
): readonly string[] {
  if (partitioning?.kind !== 'hash') return []
  const { partitions } = partitioning
  return Array.from({ length: partitions }, (_, remainder) => {
    const part = qualified(schema, partitionName(name, String(remainder)))
    return `CREATE TABLE ${part} PARTITION OF ${qualified(schema, name)} FOR VALUES WITH (MODULUS ${partitions}, REMAINDER ${remainder})`
  })
}

/**
 * Makes a part of a range. By attaching a table: to create it as a part would wait for every transaction that has read the
 * table, also for that of whoever streams it and writes to it at once.
 */
export function rangePartitionSql(schema: string, table: string, range: Range): readonly string[] {
  const whole = qualified(schema, table)
  const part = qualified(schema, partitionName(table, range.label))
  return [
    `CREATE TABLE ${part} (LIKE ${whole} INCLUDING ALL EXCLUDING INDEXES EXCLUDING IDENTITY)`,
    `ALTER TABLE ${whole} ATTACH PARTITION ${part} FOR VALUES FROM (${range.from}) TO (${range.to})`,
  ]
}
