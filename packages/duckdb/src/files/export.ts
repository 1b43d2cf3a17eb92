import type { Batches, ExportFile } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Access } from '../access.js'
import { ChunkWriter, chunkSize } from '../codec/chunk-writer.js'
import type { NamedColumn } from '../codec/rows.js'
import type { Command, Connection } from '../connection.js'
import { physicalTypeOf } from '../physical-type.js'
import type { Queries } from '../queries.js'
import { literal } from '../settings.js'
import { csvText } from './csv-values.js'
import { stateTypes } from './describe.js'
import { copyOptions, isFile } from './file-sql.js'
import type { Files } from './files.js'
import { parquetValue } from './parquet-values.js'

/** Writes the answer of a relation, or rows that core has made, to a file. */
export async function exportFile(
  request: ExportFile,
  queries: Queries,
  files: Files,
  access: Access,
): Promise<number> {
  const { from, signal } = request
  files.requireAccess(request.path)
  if ('rows' in from) {
    return files.access.use((connection) => exportRows(connection, request, from.rows), signal)
  }
  const query = queries.query(from.relation)
  const read = query.tables.filter(isFile)
  try {
    await files.check(read, signal)
    const { sql, bindings } = query.command(from.parameters)
    return await access.use((connection) => connection.change(copy(request, `(${sql})`, bindings)), signal)
  } catch (error) {
    throw await files.explain(queries.explainError(error, query), read)
  }
}

function copy(request: ExportFile, from: string, bindings: Command['bindings'] = []): Command {
  const { path, format, columns } = request
  const written = format === 'csv' ? csvText : parquetValue
  const values = columns.map(({ name, type }) => `${written(type, quote(name))} AS ${quote(name)}`)
  const options = [
    ...copyOptions(request),
    ...(format === 'parquet' ? [stateTypes(columns)] : []),
    // The file is there already, and of the right rights.
    'USE_TMP_FILE false',
  ]
  const sql = `COPY (SELECT ${values.join(', ')} FROM ${from}) TO ${literal(path)} (${options.join(', ')})`
  return { sql, bindings }
}

const copyTable = 'holdfast_export'

/** By way of a temporary table, which DuckDB moves to its folder for such when it is large. */
async function exportRows(connection: Connection, request: ExportFile, rows: Batches): Promise<number> {
  const columns = request.columns.map(({ name, type }) => `${quote(name)} ${physicalTypeOf(type)}`)
  await connection.execute(`CREATE OR REPLACE TEMPORARY TABLE ${copyTable} (${columns.join(', ')})`)
  try {
    await appendAll(connection, request.columns, rows)
    return await connection.change(copy(request, copyTable))
  } finally {
    await connection.execute(`DROP TABLE IF EXISTS ${copyTable}`)
  }
}

async function appendAll(
  connection: Connection,
  columns: readonly NamedColumn[],
  rows: Batches,
): Promise<void> {
  const writer = new ChunkWriter(columns)
  const appender = await connection.driver.createAppender(copyTable, 'main', 'temp')
  try {
    for await (const batch of rows) {
      for (let start = 0; start < batch.length; start += chunkSize) {
        appender.appendDataChunk(writer.write(batch, start))
      }
      appender.flushSync()
    }
  } finally {
    appender.closeSync()
  }
}
