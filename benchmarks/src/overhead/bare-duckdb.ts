/** The bare driver used well: prepared statements, the appender with whole chunks, the types and the constraints of the adapter. */

import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTimestampMillisecondsValue,
  TIMESTAMP_MS,
  VARCHAR,
} from '@duckdb/node-api'
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import type { Order } from './data.ts'

const types = [BIGINT, BIGINT, VARCHAR, VARCHAR, BIGINT, DOUBLE, DOUBLE, BOOLEAN, TIMESTAMP_MS, VARCHAR]
const chunkSize = 2048

export interface BareDuckdb {
  readonly connection: DuckDBConnection
  insert(row: Order): Promise<void>
  /** In one transaction, by the driver's own chunks. */
  insertAll(rows: readonly Order[]): Promise<void>
  close(): void
}

export async function openBareDuckdb(path: string): Promise<BareDuckdb> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  await connection.run(`create table if not exists orders (
    id bigint not null, customer bigint not null, category varchar not null, product varchar not null, quantity bigint not null,
    price double not null, revenue double not null, paid boolean not null, "at" timestamp_ms not null, note varchar, primary key (id))`)
  await connection.run('create index if not exists orders_customer on orders (customer)')
  const insert = await connection.prepare(
    'insert into orders values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
  )
  return {
    connection,
    insert: async (row) => {
      insert.bind(values(row), types)
      await insert.run()
    },
    insertAll: async (rows) => {
      await connection.run('begin')
      const appender = await connection.createAppender('orders')
      for (let start = 0; start < rows.length; start += chunkSize) {
        const part = rows.slice(start, start + chunkSize)
        const chunk = DuckDBDataChunk.create(types, part.length)
        const lines = part.map(values)
        chunk.setColumns(types.map((_, column) => lines.map((line) => line[column]!)))
        appender.appendDataChunk(chunk)
      }
      appender.closeSync()
      await connection.run('commit')
    },
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

function values(row: Order): DuckDBValue[] {
  return [
    BigInt(row.id),
    BigInt(row.customer),
    row.category,
    row.product,
    BigInt(row.quantity),
    row.price,
    row.revenue,
    row.paid,
    new DuckDBTimestampMillisecondsValue(BigInt(row.at.getTime())),
    row.note ?? null,
  ]
}

/** What the bare driver returned, in the types that Holdfast returns: for checking answers, outside the timed part. */
export function decodedOrder(row: Record<string, DuckDBValue>): Order {
  const at = row['at'] as DuckDBTimestampMillisecondsValue
  return {
    id: Number(row['id']),
    customer: Number(row['customer']),
    category: row['category'] as string,
    product: row['product'] as string,
    quantity: Number(row['quantity']),
    price: row['price'] as number,
    revenue: row['revenue'] as number,
    paid: row['paid'] as boolean,
    at: new Date(Number(at.millis)),
    note: row['note'] as string | null,
  }
}
