import type { DuckDBValue } from '@duckdb/node-api'
import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { columnNames, dataset, type Grouped } from '../../../data/groups.ts'
import { duckdbPackages, openDuckdb } from '../../../databases/duckdb.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import type { BatchSession } from '../session.ts'

/** The appender with the driver's own chunks, a transaction for each batch; a prepared statement for single rows. */
export const duckdbApi: Arm<BatchSession> = {
  name: '@duckdb/node-api',
  engine: 'duckdb',
  kind: 'bare',
  packages: duckdbPackages,
  settings: settingsOf.duckdb,
  async open(setting) {
    await fillElsewhere('duckdb', setting, dataset)
    const { BIGINT, DOUBLE, DuckDBDataChunk, VARCHAR } = await import('@duckdb/node-api')
    const { connection, close } = await openDuckdb(setting)
    const types = columnNames.map((name) => {
      if (name === 'v3') return DOUBLE
      return name === 'id1' || name === 'id2' || name === 'id3' ? VARCHAR : BIGINT
    })
    const chunkLength = 2048
    const insert = await connection.prepare(
      `insert into groups values (${columnNames.map((_, index) => `$${index + 1}`).join()})`,
    )
    const valueOf = (row: Grouped, column: number): DuckDBValue => {
      const value = row[columnNames[column]!]
      return types[column] === BIGINT && value !== null ? BigInt(value) : value
    }
    const chunkOf = (rows: readonly Grouped[]) => {
      const chunk = DuckDBDataChunk.create(types, rows.length)
      chunk.setColumns(columnNames.map((_, column) => rows.map((row) => valueOf(row, column))))
      return chunk
    }
    return {
      session: {
        async insertEach(batches) {
          for (const batch of batches) {
            if (batch.length === 1) {
              insert.bind(
                columnNames.map((_, column) => valueOf(batch[0]!, column)),
                types,
              )
              await insert.run()
              continue
            }
            await connection.run('begin')
            const appender = await connection.createAppender('groups')
            for (let start = 0; start < batch.length; start += chunkLength)
              appender.appendDataChunk(chunkOf(batch.slice(start, start + chunkLength)))
            appender.closeSync()
            await connection.run('commit')
          }
        },
        everything: async () => (await connection.run('select * from groups')).getRowObjects(),
        async clear() {
          await connection.run('delete from groups')
          await connection.run('checkpoint')
        },
      },
      settle: async () => void (await connection.run('checkpoint')),
      close,
    }
  },
}
