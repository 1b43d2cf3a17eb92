import type { Backend } from '@holdfast/core'
import { HoldfastError, noFiles, toStored } from '@holdfast/core/backend'
import type { Batch, Engine, Scan, StoredRow, StoredValue } from '@holdfast/core/backend'
import type { Amount, Dataset, FilledTable } from './dataset.ts'

const batchLength = 1000

/**
 * A data set as a database that can only be read: nothing is stored, each scan makes the rows again. So the reference answers
 * over any number of them.
 */
export function generated(dataset: Dataset, amount: Amount): Backend {
  return {
    name: 'generated',
    capabilities: Object.freeze({
      transactions: 'core',
      readsDuringTransaction: true,
      durable: false,
      concurrentProcesses: false,
      transactionalSchema: false,
      scanInKeyOrder: true,
      sql: false,
      fullTextSearch: false,
      files: noFiles,
      limits: { maxKeyBytes: 512, maxValueBytes: 16 * 1024 * 1024 },
    }),
    open: () => Promise.resolve(engineOf(dataset, amount)),
  }
}

function engineOf({ tables }: Dataset, amount: Amount): Engine {
  return {
    tables: () => tables.map(({ table }) => table.definition),
    *scan(request) {
      const found = tables.find(({ table }) => table.definition.name === request.table.name)!
      yield* batchesOf(found, amount, request)
    },
    createTable: refuse,
    dropTable: refuse,
    write: refuse,
    close: () => Promise.resolve(),
  }
}

function* batchesOf(
  { table, rows }: FilledTable,
  amount: Amount,
  { columns, keys, signal }: Scan,
): Generator<Batch, void, void> {
  const { definition } = table
  const types = columns.map((name) => definition.columns.find((column) => column.name === name)!.type)
  const stored = (row: Readonly<Record<string, unknown>>, index: number): StoredValue => {
    const name = columns[index]!
    return row[name] === null ? null : toStored(types[index]!, row[name], name)
  }
  const wanted = keys && new Set(keys.map((key) => JSON.stringify(key)))
  let batch: Batch = []
  for (const row of rows(amount)) {
    if (wanted && !wanted.has(JSON.stringify(definition.primaryKey.map((name) => row[name])))) continue
    const made: StoredRow = {}
    for (let index = 0; index < columns.length; index++) made[columns[index]!] = stored(row, index)
    if (batch.push(made) < batchLength) continue
    signal?.throwIfAborted()
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function refuse(): never {
  throw new HoldfastError('READ_ONLY', 'Generated rows can only be read.')
}
