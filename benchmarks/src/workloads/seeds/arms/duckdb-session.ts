import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection, DuckDBTimestampMillisecondsValue, DuckDBValue } from '@duckdb/node-api'
import { chunkLength, ChunkByHand } from '../../../backends/duckdb-chunk.ts'
import { fileOf } from '../../../backends/index.ts'
import type { Opened, Setting } from '../../../contract/arm.ts'
import { partsOf } from '../../../data/parts.ts'
import { customersOf, salesUpTo, type Customer, type Sale } from '../../../data/sales.ts'
import { besideOf } from '../beside.ts'
import { aggregate, join, schema } from '../sql.ts'
import { tally, type SeedsSession } from '../session.ts'

/** With the types stated and nulls apart from empty texts, which the reader's own guesses do not keep. */
const load = `insert into sales select * from read_csv($1, header = true, auto_detect = false, nullstr = '',
  allow_quoted_nulls = false, columns = {
    id: 'bigint', customer: 'bigint', category: 'varchar', quantity: 'bigint', revenue: 'double', paid: 'boolean',
    "at": 'timestamp_ms', note: 'varchar'})`
const readAll = 'select * from sales order by id'
const readOne = 'select * from sales where id = $1'

const explanations: Readonly<Record<string, { readonly sql: string }>> = {
  load: { sql: load },
  aggregate: { sql: aggregate },
  join: { sql: join },
  read: { sql: readAll },
  batches: { sql: readAll },
  beside: { sql: readOne },
}

type Row = Record<string, DuckDBValue>

export async function openDuckdb(setting: Setting, memoryLimit?: string): Promise<Opened<SeedsSession>> {
  const { rows, seed, loaded } = setting
  const instance = await DuckDBInstance.create(
    fileOf(setting, 'duckdb'),
    memoryLimit === undefined ? {} : { memory_limit: memoryLimit },
  )
  const connection = await instance.connect()
  for (const text of schema.duckdb) await connection.run(text)
  await append(connection, 'customers', customerChunks(), customersOf(rows))
  if (loaded) await append(connection, 'sales', saleChunks(), salesUpTo(rows, seed))
  const settle = async () => void (await connection.run('checkpoint'))
  await settle()
  return {
    session: sessionOf(instance, connection),
    settle,
    explain: async (step) => explanations[step],
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

function sessionOf(instance: DuckDBInstance, connection: DuckDBConnection): SeedsSession {
  const chunks = saleChunks()
  const rowsOf = async (sql: string) => (await connection.run(sql)).getRowObjects()
  return {
    async load(file) {
      await connection.run(load, [file])
    },
    aggregate: () => rowsOf(aggregate),
    join: () => rowsOf(join),
    async write(given) {
      await connection.run('begin')
      const appender = await connection.createAppender('sales')
      for (const part of partsOf(given, chunkLength)) appender.appendDataChunk(chunks.fill(part))
      appender.closeSync()
      await connection.run('commit')
    },
    async read() {
      let total = 0
      for (const { id, quantity, note } of await rowsOf(readAll))
        total += tally(Number(id), Number(quantity), note as string | null)
      return total
    },
    async beside(work) {
      const readers = await connect(instance, work.readers.length)
      const aggregators = await connect(instance, work.aggregators)
      const statements = await Promise.all(readers.map((reader) => reader.prepare(readOne)))
      const free = [...statements]
      try {
        return await besideOf(work, {
          async read(id) {
            const statement = free.pop()!
            statement.bindBigInt(1, BigInt(id))
            const [row] = await (await statement.run()).getRowObjects()
            free.push(statement)
            return row
          },
          async aggregate(reader) {
            const result = await aggregators[reader]!.run(aggregate)
            return countOf(await result.getRowObjects())
          },
          write: (rows) => this.write(rows),
        })
      } finally {
        for (const one of [...readers, ...aggregators]) one.closeSync()
      }
    },
    async describe() {
      const columns = await rowsOf('select column_name from (describe sales)')
      const [counted] = await rowsOf('select count(*) as count from sales')
      return {
        columns: columns.map((row) => row['column_name'] as string),
        count: Number(counted!['count']),
        first: await rowsOf('select * from sales order by id limit 10'),
      }
    },

    sale: (row) => saleOf(row as Row),
    group: (row) => {
      const { orders, notes, ...rest } = row as Row
      return { ...rest, orders: Number(orders), ...(notes !== undefined && { notes: Number(notes) }) }
    },
    all: () => allOf(connection),
    async remove(first) {
      await connection.run('delete from sales where id >= $1', [BigInt(first)])
      await connection.run('checkpoint')
    },
  }
}

const connect = (instance: DuckDBInstance, count: number) =>
  Promise.all(Array.from({ length: count }, () => instance.connect()))

const countOf = (rows: readonly Row[]) => rows.reduce((total, { orders }) => total + Number(orders), 0)

function saleChunks(): ChunkByHand<Sale> {
  return new ChunkByHand<Sale>([
    { kind: 'integer', of: (row) => row.id },
    { kind: 'integer', of: (row) => row.customer },
    { kind: 'text', of: (row) => row.category },
    { kind: 'integer', of: (row) => row.quantity },
    { kind: 'double', of: (row) => row.revenue },
    { kind: 'boolean', of: (row) => row.paid },
    { kind: 'timestamp', of: (row) => row.at.getTime() },
    { kind: 'text', of: (row) => row.note },
  ])
}

function customerChunks(): ChunkByHand<Customer> {
  return new ChunkByHand<Customer>([
    { kind: 'integer', of: (row) => row.id },
    { kind: 'text', of: (row) => row.name },
    { kind: 'text', of: (row) => row.region },
  ])
}

async function append<Item>(
  connection: DuckDBConnection,
  table: string,
  chunks: ChunkByHand<Item>,
  rows: Iterable<Item>,
): Promise<void> {
  const appender = await connection.createAppender(table)
  for (const part of partsOf(rows, chunkLength)) appender.appendDataChunk(chunks.fill(part))
  appender.closeSync()
}

async function* allOf(connection: DuckDBConnection): AsyncGenerator<Sale, void, void> {
  const result = await connection.stream(readAll)
  for await (const rows of result.yieldRowObjects()) for (const row of rows) yield saleOf(row)
}

function saleOf(row: Row): Sale {
  const at = row['at'] as DuckDBTimestampMillisecondsValue
  return {
    id: Number(row['id']),
    customer: Number(row['customer']),
    category: row['category'] as string,
    quantity: Number(row['quantity']),
    revenue: row['revenue'] as number,
    paid: row['paid'] as boolean,
    at: new Date(Number(at.millis)),
    note: row['note'] as string | null,
  }
}
