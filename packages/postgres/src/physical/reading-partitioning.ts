import type { TableDefinition } from '@holdfast/core/backend'
import { partitionColumns } from './design.js'
import type { Partitioning } from './design.js'
import { checkOptions, columnOf, columnsOf, invalid } from './reading-options.js'

const path = 'partitionBy'

/**
 * Reads the option `partitionBy`.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function readPartitioning(definition: TableDefinition, given: unknown): Partitioning {
  checkOptions(given, path, ['range', 'every', 'hash', 'partitions'])
  const { range, every, hash, partitions } = given as Readonly<Record<string, unknown>>
  if ((range === undefined) === (hash === undefined))
    throw invalid(path, 'must be { range, every } or { hash, partitions }')
  const partitioning =
    range === undefined ? byHash(definition, hash, partitions) : byRange(definition, range, every)
  checkKeys(definition, partitioning)
  return partitioning
}

const units = ['day', 'month', 'year']

function byRange(definition: TableDefinition, range: unknown, every: unknown): Partitioning {
  const column = columnOf(definition, range, `${path}.range`, ['date', 'timestamp', 'integer', 'bigint'])
  const { type } = definition.columns.find(({ name }) => name === column)!
  if (type.name === 'date' || type.name === 'timestamp') {
    if (!units.includes(every as string)) throw invalid(`${path}.every`, `must be one of ${units.join(', ')}`)
    return { kind: 'range', column, every: every as string }
  }
  const width =
    typeof every === 'bigint' || Number.isSafeInteger(every) ? BigInt(every as number | bigint) : 0n
  if (width < 1n || width >= 2n ** 63n) throw invalid(`${path}.every`, 'must be a whole number, at least 1')
  return { kind: 'range', column, every: String(width) }
}

function byHash(definition: TableDefinition, hash: unknown, partitions: unknown): Partitioning {
  const columns = columnsOf(definition, hash, `${path}.hash`)
  const count = partitions as number
  if (Number.isInteger(count) && count >= 2 && count <= 1000)
    return { kind: 'hash', columns, partitions: count }
  throw invalid(`${path}.partitions`, 'must be a whole number from 2 to 1000')
}

/**
 * Refuses what PostgreSQL cannot watch over: it tells rows apart within a part only.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function checkKeys({ name, primaryKey, indexes }: TableDefinition, partitioning: Partitioning): void {
  const columns = partitionColumns(partitioning)
  const lacking = (names: readonly string[]) => columns.find((column) => !names.includes(column))
  const outside = lacking(primaryKey)
  if (outside !== undefined) {
    throw invalid(
      path,
      `needs "${outside}" in the primary key of the table "${name}", which is (${primaryKey.join(', ')}): PostgreSQL tells rows apart within a partition only. Add it to the key, or partition by a column of the key`,
    )
  }
  const index = indexes.find((candidate) => candidate.unique && lacking(candidate.columns) !== undefined)
  if (index === undefined) return
  throw invalid(
    path,
    `needs "${lacking(index.columns)!}" in the unique index "${index.name}" (${index.columns.join(', ')}) of the table "${name}": PostgreSQL tells rows apart within a partition only. Add it to the index, or leave the index out`,
  )
}
