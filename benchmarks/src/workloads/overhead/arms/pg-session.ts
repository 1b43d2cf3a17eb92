import pg from 'pg'
import Cursor from 'pg-cursor'
import { clientOf, diskSizeOf } from '../../../backends/index.ts'
import { CopyIn, rowsAsCopyText, type CopyValue } from '../../../backends/postgres-copy.ts'
import type { Opened, Setting } from '../../../contract/arm.ts'
import { columns, ordersUpTo, type Order } from '../../../data/orders.ts'
import { partsOf } from '../../../data/parts.ts'
import { explainBy, type Statements } from '../explain.ts'
import { schema } from '../schema.ts'
import { tally, type OverheadSession } from '../session.ts'

const statements: Statements = {
  read: 'select * from orders where id = $1',
  readList: 'select * from orders where id = any($1)',
  readWindow: 'select * from orders where id >= $1 and id < $2 order by id',
  group: `select category, count(*) as orders, sum(revenue) as revenue, avg(price) as price
    from orders group by category order by category`,
  stream: 'select * from orders order by id',
  insert: `insert into orders values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
  update: 'update orders set quantity = $1 where id = $2',
}

/** Rows of one statement, and of one answer of a cursor. */
const rowsAtOnce = 1000

/** How statements are sent. */
export type Way = 'unnamed' | 'named' | 'pool'

export async function openPg(setting: Setting, way: Way): Promise<Opened<OverheadSession>> {
  const client = new pg.Client(clientOf(setting))
  await client.connect()
  for (const text of schema.postgres) await client.query(text)
  const settle = async () => void (await client.query('vacuum analyze orders'))
  if (setting.loaded) {
    const rows = ordersUpTo(setting.rows, setting.seed)
    await client.query(new CopyIn('copy orders from stdin', rowsAsCopyText(rows.map(values)))).done
    await settle()
  }
  const pool = new pg.Pool({ ...clientOf(setting), max: 10 })
  return {
    session: sessions[way](client, pool),
    settle,
    explain: explainBy(statements),
    ...diskSizeOf(setting),
    async close() {
      await pool.end()
      await client.end()
    },
  }
}

const sessions: Readonly<Record<Way, (client: pg.Client, pool: pg.Pool) => OverheadSession>> = {
  unnamed: (client) => sessionOf(client, (name, values) => client.query(statements[name], values)),
  named: (client) =>
    sessionOf(client, (name, values) => client.query({ name, text: statements[name], values })),
  pool: (client, pool) => ({
    ...sessionOf(client, (name, values) => pool.query(statements[name], values)),
    readByCallers(callers) {
      return Promise.all(callers.map(async (ids) => this.readEach(ids)))
    },
    async insertByCallers(callers) {
      await Promise.all(callers.map(async (given) => this.insertEach(given)))
    },
    async updateByCallers(callers, quantity) {
      await Promise.all(callers.map(async (ids) => this.updateEach(ids, quantity)))
    },
  }),
}

type Query = (statement: keyof Statements, values: unknown[]) => Promise<pg.QueryResult<Row>>

function sessionOf(client: pg.Client, query: Query): OverheadSession {
  return {
    async readEach(ids) {
      const found: Row[] = []
      for (const id of ids) found.push(...(await query('read', [id])).rows)
      return found
    },
    async readByCallers(callers) {
      const found = []
      for (const ids of callers) found.push(await this.readEach(ids))
      return found
    },
    async readLists(lists) {
      const found = []
      for (const ids of lists) found.push((await query('readList', [ids])).rows)
      return found
    },
    async readWindows(starts, length) {
      const found = []
      for (const start of starts) found.push((await query('readWindow', [start, start + length])).rows)
      return found
    },
    async groupByCategory() {
      return (await query('group', [])).rows
    },
    async stream() {
      const cursor = client.query(new Cursor<Row>(statements.stream))
      let total = 0
      for (;;) {
        const rows = await cursor.read(rowsAtOnce)
        for (const { id, quantity, note } of rows) total += tally(Number(id), Number(quantity), note)
        if (rows.length === 0) break
      }
      await cursor.close()
      return total
    },

    async insertEach(given) {
      for (const row of given) await query('insert', values(row))
    },
    async insertByCallers(callers) {
      for (const given of callers) await this.insertEach(given)
    },
    async updateEach(ids, quantity) {
      for (const id of ids) await query('update', [quantity, id])
    },
    async updateByCallers(callers, quantity) {
      for (const ids of callers) await this.updateEach(ids, quantity)
    },
    async insertAll(given) {
      await client.query('begin')
      for (const rows of partsOf(given, rowsAtOnce))
        await client.query(insertOf(rows.length), rows.flatMap(values))
      await client.query('commit')
    },

    order: (row) => orderOf(row as Row),
    group: (row) => ({ ...(row as Row), orders: Number((row as { orders: string }).orders) }),
    all: () => allOf(client),
    async remove(first) {
      await client.query('delete from orders where id >= $1', [first])
      await client.query('vacuum analyze orders')
    },
  }
}

/** The driver gives integers of eight bytes as texts. */
interface Row extends Omit<Order, 'id' | 'customer' | 'quantity'> {
  readonly id: string
  readonly customer: string
  readonly quantity: string
}

function orderOf(row: Row): Order {
  return { ...row, id: Number(row.id), customer: Number(row.customer), quantity: Number(row.quantity) }
}

async function* allOf(client: pg.Client): AsyncGenerator<Order, void, void> {
  const cursor = client.query(new Cursor<Row>('select * from orders'))
  for (;;) {
    const rows = await cursor.read(rowsAtOnce)
    for (const row of rows) yield orderOf(row)
    if (rows.length === 0) return
  }
}

const values = (row: Order): CopyValue[] => columns.map((name) => row[name])

const insertTexts = new Map<number, string>()

/** An `insert` of so many rows, each value by a parameter. */
function insertOf(rows: number): string {
  let text = insertTexts.get(rows)
  if (text === undefined) {
    const width = columns.length
    const row = (index: number) =>
      `(${columns.map((_, column) => `$${index * width + column + 1}`).join(', ')})`
    text = `insert into orders values ${Array.from({ length: rows }, (_, index) => row(index)).join(', ')}`
    insertTexts.set(rows, text)
  }
  return text
}
