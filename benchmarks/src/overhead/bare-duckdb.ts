/**
 * The bare driver used well: prepared statements where values vary, rows as objects, the appender with whole chunks, the types
 * and the constraints of the adapter.
 */

import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTimestampMillisecondsValue,
  LIST,
  TIMESTAMP_MS,
  VARCHAR,
} from '@duckdb/node-api'
import type { DuckDBPreparedStatement, DuckDBValue } from '@duckdb/node-api'
import { chunkLength, ChunkByHand } from '../backends/duckdb-chunk.ts'
import type { Bare } from './bare.ts'
import type { Order } from './data.ts'

const types = [BIGINT, BIGINT, VARCHAR, VARCHAR, BIGINT, DOUBLE, DOUBLE, BOOLEAN, TIMESTAMP_MS, VARCHAR]

type Row = Record<string, DuckDBValue>

interface BareDuckdb extends Bare {
  /** In one transaction, by the driver's own way to fill chunks. */
  readonly insertColumns: (rows: readonly Order[]) => Promise<void>
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
  const update = await connection.prepare('update orders set quantity = $1 where id = $2')
  const remove = await connection.prepare('delete from orders where id >= $1')
  const byId = await connection.prepare('select * from orders where id = $1')
  const byIds = await connection.prepare('select * from orders where id in (select unnest($1::bigint[]))')
  const window = await connection.prepare('select * from orders where id >= $1 and id < $2 order by id')
  const grouped =
    'select category, count(*) as orders, sum(revenue) as revenue, avg(price) as price from orders group by category order by category'
  const hand = new ChunkByHand<Order>([
    { kind: 'integer', of: (row) => row.id },
    { kind: 'integer', of: (row) => row.customer },
    { kind: 'text', of: (row) => row.category },
    { kind: 'text', of: (row) => row.product },
    { kind: 'integer', of: (row) => row.quantity },
    { kind: 'double', of: (row) => row.price },
    { kind: 'double', of: (row) => row.revenue },
    { kind: 'boolean', of: (row) => row.paid },
    { kind: 'timestamp', of: (row) => row.at.getTime() },
    { kind: 'text', of: (row) => row.note },
  ])

  async function append(rows: readonly Order[], chunkOf: (part: readonly Order[]) => DuckDBDataChunk) {
    await connection.run('begin')
    const appender = await connection.createAppender('orders')
    for (let start = 0; start < rows.length; start += chunkLength) {
      appender.appendDataChunk(chunkOf(rows.slice(start, start + chunkLength)))
    }
    appender.closeSync()
    await connection.run('commit')
  }

  return {
    insertAll: (rows) => append(rows, (part) => hand.fill(part)),
    insertColumns: (rows) => append(rows, filledByDriver),
    async insertEach(rows) {
      for (const row of rows) {
        insert.bind(values(row), types)
        await insert.run()
      }
    },
    async updateEach(ids, quantity) {
      for (const id of ids) {
        update.bindBigInt(1, BigInt(quantity))
        update.bindBigInt(2, BigInt(id))
        await update.run()
      }
    },
    async readEach(ids) {
      let rows: Row[] = []
      for (const id of ids) {
        byId.bindBigInt(1, BigInt(id))
        rows = await rowsOf(byId)
      }
      return rows
    },
    async readMany(ids, times) {
      let rows: Row[] = []
      for (let time = 0; time < times; time++) {
        byIds.bindList(1, ids.map(BigInt), LIST(BIGINT))
        rows = await rowsOf(byIds)
      }
      return rows
    },
    async readWindows(starts, length) {
      let rows: Row[] = []
      for (const start of starts) {
        window.bindBigInt(1, BigInt(start))
        window.bindBigInt(2, BigInt(start + length))
        rows = await rowsOf(window)
      }
      return rows
    },
    async group(times) {
      let rows: Row[] = []
      for (let time = 0; time < times; time++) rows = await (await connection.run(grouped)).getRowObjects()
      return rows
    },
    async stream() {
      let total = 0
      const result = await connection.run('select * from orders order by id')
      for (const row of await result.getRowObjects()) total += Number(row['id'])
      return total
    },
    async clear(first) {
      remove.bindBigInt(1, BigInt(first))
      await remove.run()
      await connection.run('checkpoint')
    },
    order: decoded,
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

async function rowsOf(statement: DuckDBPreparedStatement): Promise<Row[]> {
  const result = await statement.run()
  return result.getRowObjects()
}

function filledByDriver(rows: readonly Order[]): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create(types, rows.length)
  const lines = rows.map(values)
  chunk.setColumns(types.map((_, column) => lines.map((line) => line[column]!)))
  return chunk
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
    row.note,
  ]
}

function decoded(row: Row): Order {
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
