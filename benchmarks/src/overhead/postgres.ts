/**
 * The cost of Holdfast over `pg` itself, in one run: `node --expose-gc src/overhead/postgres.ts [rounds]`. On a server of its
 * own, which waits for the disk, or on the one that `DATABASE_URL` names.
 */

import assert from 'node:assert/strict'
import { avg, count, open, sum } from '@holdfast/core'
import { postgres } from '@holdfast/postgres'
import { findServer } from '@holdfast/postgres-server'
import { type BareRow, decoded, openBare } from './bare-postgres.ts'
import { orders, ordersFrom } from './data.ts'
import { type Cell, type Measurement, measure } from './measure.ts'
import { print } from './print.ts'

const size = 100_000
const rounds = Number(process.argv[2] ?? 9)
const server = await findServer({ durable: true })
const bare = await openBare(server.url)
const database = await open(postgres({ url: server.url, schema: 'holdfast_overhead' }))
const table = database.table(orders)
try {
  const rows = ordersFrom(0, size)
  await bare.insertAll(rows)
  await database.ensure(orders)
  await table.insert(rows)
  await bare.client.query('vacuum analyze')
  const measurements: Measurement[] = []
  for (const cell of cells()) {
    process.stderr.write(`${cell.name} ...\n`)
    measurements.push(await measure(cell, rounds))
  }
  print(measurements)
} finally {
  await database.close()
  await bare.client.query('drop table bare_orders')
  await bare.client.query('drop schema holdfast_overhead cascade')
  await bare.close()
  await server.stop()
}

function cells(): Cell[] {
  const single = ordersFrom(size, 300)
  const batch = ordersFrom(size, 1000)
  const bulk = ordersFrom(size, 100_000)
  const ids = Array.from({ length: 1000 }, (_, index) => (index * 7919) % size)
  const grouped =
    'select category, count(*) as orders, sum(revenue) as revenue, avg(price) as price from bare_orders group by category order by category'
  let generation = 0
  const clear = async () => {
    await bare.client.query('delete from bare_orders where id >= $1', [size])
    await table.where((row) => row.id.ge(size)).delete()
    await bare.client.query('vacuum')
    await bare.client.query('checkpoint')
  }
  const same = (left: unknown, right: unknown) => {
    assert.deepEqual(right, (left as BareRow[]).map(decoded))
  }
  return [
    {
      name: 'point read by key',
      target: 0.6,
      operations: 2000,
      bare: async () => {
        let rows: BareRow[] = []
        for (let index = 0; index < 2000; index++) {
          rows = await bare.all('select * from bare_orders where id = $1', [(index * 7919) % size])
        }
        return rows
      },
      holdfast: async () => {
        let row: object | undefined
        for (let index = 0; index < 2000; index++) row = await table.get((index * 7919) % size)
        return [row]
      },
      check: same,
    },
    {
      name: 'point reads, 64 at once',
      target: undefined,
      operations: 64 * 30,
      bare: async () => {
        for (let index = 0; index < 64 * 30; index++) {
          await bare.all('select * from bare_orders where id = $1', [(index * 7919) % size])
        }
      },
      holdfast: async () => {
        for (let round = 0; round < 30; round++) {
          await Promise.all(
            Array.from({ length: 64 }, (_, index) => table.get(((round * 64 + index) * 7919) % size)),
          )
        }
      },
    },
    {
      name: 'many keys (1,000)',
      target: 0.6,
      operations: 2,
      bare: async () => {
        const found: BareRow[] = []
        for (let index = 0; index < 2; index++) {
          found.length = 0
          for (const id of ids)
            found.push(...(await bare.all('select * from bare_orders where id = $1', [id])))
        }
        return found
      },
      holdfast: async () => {
        let found: unknown[] = []
        for (let index = 0; index < 2; index++) found = await table.getMany(ids)
        return found
      },
      check: same,
    },
    {
      name: 'many keys (1,000), bare driver with any($1)',
      target: undefined,
      operations: 20,
      bare: async () => {
        for (let index = 0; index < 20; index++)
          await bare.all('select * from bare_orders where id = any($1)', [ids])
      },
      holdfast: async () => {
        for (let index = 0; index < 20; index++) await table.getMany(ids)
      },
    },
    {
      name: 'insert, autocommit',
      target: 0.95,
      operations: single.length,
      bare: async () => {
        for (const row of single) await bare.insert(row)
      },
      holdfast: async () => {
        for (const row of single) await table.insert(row)
      },
      reset: clear,
    },
    {
      name: 'inserts, 64 at once',
      target: undefined,
      operations: 256,
      bare: async () => {
        for (const row of single.slice(0, 256)) await bare.insert(row)
      },
      holdfast: async () => {
        for (let start = 0; start < 256; start += 64) {
          await Promise.all(single.slice(start, start + 64).map((row) => table.insert(row)))
        }
      },
      reset: clear,
    },
    {
      name: 'update by key',
      target: 0.8,
      operations: 300,
      bare: async () => {
        generation++
        for (let id = 0; id < 300; id++) {
          await bare.client.query('update bare_orders set quantity = $1 where id = $2', [
            generation,
            id * 199,
          ])
        }
      },
      holdfast: async () => {
        generation++
        for (let id = 0; id < 300; id++) await table.patch(id * 199, { quantity: generation })
      },
    },
    {
      name: '1,000-row batch, one transaction',
      target: 0.5,
      operations: 1,
      bare: () => bare.insertAll(batch),
      holdfast: () => table.insert(batch),
      reset: clear,
    },
    {
      name: '1,000-row put, one transaction',
      target: undefined,
      operations: 1,
      bare: () => bare.insertAll(batch),
      holdfast: () => table.put(batch),
      reset: clear,
    },
    {
      name: '100,000-row bulk insert',
      target: 0.2,
      operations: 1,
      bare: () => bare.insertAll(bulk),
      holdfast: () => table.insert(bulk),
      reset: clear,
    },
    {
      name: 'filter returning 1,000 rows',
      target: 1.05,
      operations: 20,
      bare: async () => {
        let found: BareRow[] = []
        for (let index = 0; index < 20; index++) {
          found = await bare.all('select * from bare_orders where id >= $1 and id < $2 order by id', [
            index * 1000,
            index * 1000 + 1000,
          ])
        }
        return found
      },
      holdfast: async () => {
        let found: object[] = []
        for (let index = 0; index < 20; index++) {
          found = await table
            .where((row) => row.id.ge(index * 1000).and(row.id.lt(index * 1000 + 1000)))
            .all()
        }
        return found
      },
      check: (left, right) => {
        const strip = (rows: readonly object[]) => rows.map((row) => ({ ...row, quantity: 0 }))
        assert.deepEqual(strip(right as object[]), strip((left as BareRow[]).map(decoded)))
      },
    },
    {
      name: 'group-by aggregate over the table',
      target: 1.05,
      operations: 1,
      bare: () => bare.all(grouped),
      holdfast: () =>
        table
          .groupBy((row) => ({ category: row.category }))
          .select((row) => ({
            category: row.category,
            orders: count(),
            revenue: sum(row.revenue),
            price: avg(row.price),
          }))
          .all(),
      check: (left, right) => {
        const counted = (left as { orders: string }[]).map((row) => ({ ...row, orders: Number(row.orders) }))
        assert.deepEqual(right, counted)
      },
    },
    {
      name: 'stream of 100,000 rows',
      target: 0.35,
      operations: 1,
      bare: async () => {
        let total = 0
        for await (const row of bare.stream('select * from bare_orders order by id')) total += Number(row.id)
        return total
      },
      holdfast: async () => {
        let total = 0
        for await (const row of table.stream()) total += row.id
        return total
      },
      check: (left, right) => assert.equal(right, left),
    },
  ]
}
