import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { duckdb } from '@holdfast/duckdb'
import { chunkLength, ChunkByHand } from '../backends/duckdb-chunk.ts'
import type { Engine } from './engine.ts'
import { inNewFolder } from './folder.ts'
import type { Sale } from './sales.ts'
import { tally } from './tally.ts'

/** What DuckDB may keep in memory, for both arms: it would else keep all that it has seen. */
const memoryLimit = '96MB'

export const engine: Engine = {
  prepare: () => inNewFolder('sales.duckdb'),
  backend: (path) => duckdb({ path, memoryLimit }),
  settle: async (database) => void (await database.sql`checkpoint`),
  loadByHand: (path, rows) =>
    withConnection(path, async (connection) => {
      const chunk = new ChunkByHand<Sale>([
        { kind: 'integer', of: (row) => row.id },
        { kind: 'timestamp', of: (row) => row.at.getTime() },
        { kind: 'text', of: (row) => row.category },
        { kind: 'text', of: (row) => row.product },
        { kind: 'integer', of: (row) => row.quantity },
        { kind: 'double', of: (row) => row.revenue },
        { kind: 'boolean', of: (row) => row.paid },
        { kind: 'text', of: (row) => row.note },
      ])
      await connection.run('begin')
      const appender = await connection.createAppender('sales')
      let part: Sale[] = []
      for (const row of rows) {
        part.push(row)
        if (part.length < chunkLength) continue
        appender.appendDataChunk(chunk.fill(part))
        part = []
      }
      if (part.length > 0) appender.appendDataChunk(chunk.fill(part))
      appender.closeSync()
      await connection.run('commit')
      await connection.run('checkpoint')
      return undefined
    }),
  readByHand: (path) =>
    withConnection(path, async (connection) => {
      const result = await connection.run('select * from sales order by id')
      let total = 0
      for (const { id, quantity, note } of await result.getRowObjects())
        total += tally(Number(id), Number(quantity), note as string | null)
      return total
    }),
}

async function withConnection<Result>(
  path: string,
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  const instance = await DuckDBInstance.create(path, { memory_limit: memoryLimit })
  const connection = await instance.connect()
  try {
    return await work(connection)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
