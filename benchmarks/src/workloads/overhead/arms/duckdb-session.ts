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
import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBValue } from '@duckdb/node-api'
import { chunkLength, ChunkByHand } from '../../../backends/duckdb-chunk.ts'
import { fileOf } from '../../../backends/index.ts'
import type { Opened, Setting } from '../../../contract/arm.ts'
import { columns, ordersUpTo, type Order } from '../../../data/orders.ts'
import { partsOf } from '../../../data/parts.ts'
import { explainBy, type Statements } from '../explain.ts'
import { schema } from '../schema.ts'
import { tally, type OverheadSession } from '../session.ts'

const statements: Statements = {
  read: 'select * from orders where id = $1',
  readList: 'select * from orders where id in (select unnest($1::bigint[]))',
  readWindow: 'select * from orders where id >= $1 and id < $2 order by id',
  group: `select category, count(*) as orders, sum(revenue) as revenue, avg(price) as price
    from orders group by category order by category`,
  stream: 'select * from orders order by id',
  insert: `insert into orders values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
  update: 'update orders set quantity = $1 where id = $2',
}

const types = [BIGINT, BIGINT, VARCHAR, VARCHAR, BIGINT, DOUBLE, DOUBLE, BOOLEAN, TIMESTAMP_MS, VARCHAR]

type Row = Record<string, DuckDBValue>

/** Makes a chunk of so many rows as it holds at most. */
type ChunkOf = (rows: readonly Order[]) => DuckDBDataChunk

export async function openDuckdb(setting: Setting, chunkOf: ChunkOf): Promise<Opened<OverheadSession>> {
  const instance = await DuckDBInstance.create(fileOf(setting, 'duckdb'))
  const connection = await instance.connect()
  for (const text of schema.duckdb) await connection.run(text)
  const settle = async () => void (await connection.run('checkpoint'))
  if (setting.loaded) {
    await append(connection, ordersUpTo(setting.rows, setting.seed), chunkOf)
    await settle()
  }
  return {
    session: await sessionOf(connection, chunkOf),
    settle,
    explain: explainBy(statements),
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

async function sessionOf(connection: DuckDBConnection, chunkOf: ChunkOf): Promise<OverheadSession> {
  const read = await connection.prepare(statements.read)
  const readList = await connection.prepare(statements.readList)
  const readWindow = await connection.prepare(statements.readWindow)
  const insert = await connection.prepare(statements.insert)
  const update = await connection.prepare(statements.update)

  const session: OverheadSession = {
    async readEach(ids) {
      const found: Row[] = []
      for (const id of ids) {
        read.bindBigInt(1, BigInt(id))
        found.push(...(await rowsOf(read)))
      }
      return found
    },
    async readByCallers(callers) {
      const found = []
      for (const ids of callers) found.push(await this.readEach(ids))
      return found
    },
    async readLists(lists) {
      const found = []
      for (const ids of lists) {
        readList.bindList(1, ids.map(BigInt), LIST(BIGINT))
        found.push(await rowsOf(readList))
      }
      return found
    },
    async readWindows(starts, length) {
      const found = []
      for (const start of starts) {
        readWindow.bindBigInt(1, BigInt(start))
        readWindow.bindBigInt(2, BigInt(start + length))
        found.push(await rowsOf(readWindow))
      }
      return found
    },
    async groupByCategory() {
      const result = await connection.run(statements.group)
      return result.getRowObjects()
    },
    async stream() {
      const result = await connection.run(statements.stream)
      let total = 0
      for (const { id, quantity, note } of await result.getRowObjects())
        total += tally(Number(id), Number(quantity), note as string | null)
      return total
    },

    async insertEach(given) {
      for (const row of given) {
        insert.bind(values(row), types)
        await insert.run()
      }
    },
    async insertByCallers(callers) {
      for (const given of callers) await this.insertEach(given)
    },
    async updateEach(ids, quantity) {
      for (const id of ids) {
        update.bindBigInt(1, BigInt(quantity))
        update.bindBigInt(2, BigInt(id))
        await update.run()
      }
    },
    async updateByCallers(callers, quantity) {
      for (const ids of callers) await this.updateEach(ids, quantity)
    },
    async insertAll(given) {
      await connection.run('begin')
      const appender = await connection.createAppender('orders')
      for (const part of partsOf(given, chunkLength)) appender.appendDataChunk(chunkOf(part))
      appender.closeSync()
      await connection.run('commit')
    },

    order: (row) => orderOf(row as Row),
    group: (row) => ({ ...(row as Row), orders: Number((row as Row)['orders']) }),
    all: () => allOf(connection),
    async remove(first) {
      await connection.run('delete from orders where id >= $1', [BigInt(first)])
      await connection.run('checkpoint')
    },
  }
  return session
}

async function append(connection: DuckDBConnection, rows: Iterable<Order>, chunkOf: ChunkOf): Promise<void> {
  const appender = await connection.createAppender('orders')
  for (const part of partsOf(rows, chunkLength)) appender.appendDataChunk(chunkOf(part))
  appender.closeSync()
}

async function rowsOf(statement: DuckDBPreparedStatement): Promise<Row[]> {
  const result = await statement.run()
  return result.getRowObjects()
}

async function* allOf(connection: DuckDBConnection): AsyncGenerator<Order, void, void> {
  const result = await connection.stream('select * from orders order by id')
  for await (const rows of result.yieldRowObjects()) for (const row of rows) yield orderOf(row)
}

export const chunksByDriver: ChunkOf = (rows) => {
  const chunk = DuckDBDataChunk.create(types, rows.length)
  const lines = rows.map(values)
  chunk.setColumns(types.map((_, column) => lines.map((line) => line[column]!)))
  return chunk
}

export function chunksByHand(): ChunkOf {
  const chunk = new ChunkByHand<Order>([
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
  return (rows) => chunk.fill(rows)
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

function orderOf(row: Row): Order {
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
