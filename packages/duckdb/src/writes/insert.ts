import { throwIfAborted } from '@holdfast/core/backend'
import type { StoredRow, TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parameterListEncoder } from '../codec/bindings.js'
import type { Binding } from '../codec/bindings.js'
import { ChunkWriter, chunkSize } from '../codec/chunk-writer.js'
import type { Command, Connection } from '../connection.js'
import { layoutOf, placeholder } from '../layout.js'
import type { Queries } from '../queries.js'

/** Up to so many rows a statement is faster than an appender. */
const rowsOfStatement = 2

/** The statement that inserts a few rows. */
export function insertCommand(table: TableDefinition, rows: readonly StoredRow[]): Command {
  const { columns } = table
  const layout = layoutOf(table)
  const bindings: Binding[] = []
  for (const row of rows)
    for (const { name } of columns) bindings.push(layout.encoder(name)(row[name]!) as Binding)
  return { sql: layout.statement(`insert ${rows.length}`, () => insertSql(table, rows.length)), bindings }
}

function insertSql(table: TableDefinition, count: number): string {
  const { columns } = table
  const values = Array.from({ length: count }, (_, row) => {
    const places = columns.map((column, index) => placeholder(row * columns.length + index + 1, column))
    return `(${places.join(', ')})`
  })
  return `INSERT INTO ${quote(table.name)} (${namesOf(table)}) VALUES ${values.join(', ')}`
}

export function isFew(rows: readonly StoredRow[]): boolean {
  return rows.length <= rowsOfStatement
}

/**
 * Inserts rows of which none is there; inside a transaction.
 *
 * @param signal leaves some of the rows behind when it aborts: for transactions that are then rolled back
 */
export async function insertRows(
  connection: Connection,
  table: TableDefinition,
  rows: readonly StoredRow[],
  queries: Queries,
  signal?: AbortSignal,
): Promise<void> {
  if (rows.length === 0) return
  if (isFew(rows)) await connection.run(insertCommand(table, rows))
  else if (queries.isOwn(table)) await appendRows(connection, table, rows, signal)
  else await connection.run(insertLists(table, rows))
}

/** After so many chunks they become part of the table, which stops everything else for a few milliseconds. */
const chunksAtOnce = 8

const writers = new WeakMap<TableDefinition, ChunkWriter>()

/** Appends rows to a table whose columns have exactly the types of its definition. */
async function appendRows(
  connection: Connection,
  table: TableDefinition,
  rows: readonly StoredRow[],
  signal: AbortSignal | undefined,
): Promise<void> {
  let writer = writers.get(table)
  if (writer === undefined) writers.set(table, (writer = new ChunkWriter(table.columns)))
  const appender = await connection.driver.createAppender(table.name)
  try {
    for (let start = 0, chunks = 1; start < rows.length; start += chunkSize, chunks++) {
      appender.appendDataChunk(writer.write(rows, start))
      if (chunks % chunksAtOnce !== 0) continue
      appender.flushSync()
      await nextTurn()
      throwIfAborted(signal)
    }
    appender.flushSync()
  } catch (error) {
    // Else it would write them when it is destroyed, into whatever transaction there is by then.
    appender.clear()
    throw error
  } finally {
    appender.closeSync()
  }
}

/** All rows as one list for each column. DuckDB casts their values to what another program declared. */
function insertLists(table: TableDefinition, rows: readonly StoredRow[]): Command {
  const lists = table.columns.map((column, index) => `unnest(${placeholder(index + 1, column, true)})`)
  return {
    sql: `INSERT INTO ${quote(table.name)} (${namesOf(table)}) SELECT ${lists.join(', ')}`,
    bindings: table.columns.map(
      ({ name, type }) => parameterListEncoder(type)(rows.map((row) => row[name]!)) as Binding,
    ),
  }
}

function namesOf({ columns }: TableDefinition): string {
  return columns.map(({ name }) => quote(name)).join(', ')
}
