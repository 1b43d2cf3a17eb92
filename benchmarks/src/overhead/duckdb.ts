/**
 * The cost of Holdfast over @duckdb/node-api itself, in one run: `node --expose-gc src/overhead/duckdb.ts [rounds]`.
 * Prints one line for each verb with both times and their ratio.
 */

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BIGINT, LIST } from '@duckdb/node-api'
import type { DuckDBValue } from '@duckdb/node-api'
import { avg, count, open, sum } from '@holdfast/core'
import { duckdb } from '@holdfast/duckdb'
import { decodedOrder, openBareDuckdb } from './bare-duckdb.ts'
import { orders, ordersFrom } from './data.ts'
import { type Cell, measure } from './measure.ts'
import { print } from './print.ts'
import type { Measurement } from './measure.ts'

const size = 100_000
const rounds = Number(process.argv[2] ?? 9)
const folder = await mkdtemp(join(tmpdir(), 'holdfast-overhead-'))
const bare = await openBareDuckdb(join(folder, 'bare.duckdb'))
const database = await open(duckdb({ path: join(folder, 'holdfast.duckdb') }))
const table = database.table(orders)
try {
  const rows = ordersFrom(0, size)
  await bare.insertAll(rows)
  await database.ensure(orders)
  await table.insert(rows)
  const measurements: Measurement[] = []
  for (const cell of await cells()) {
    process.stderr.write(`${cell.name} ...\n`)
    measurements.push(await measure(cell, rounds))
  }
  print(measurements)
} finally {
  await database.close()
  bare.close()
  await rm(folder, { recursive: true, force: true })
}

async function cells(): Promise<Cell[]> {
  const { connection } = bare
  const byId = await connection.prepare('select * from orders where id = $1')
  const remove = await connection.prepare('delete from orders where id >= $1')
  const update = await connection.prepare('update orders set quantity = $1 where id = $2')
  const byIds = await connection.prepare('select * from orders where id in (select unnest($1::bigint[]))')
  const window = await connection.prepare('select * from orders where id >= $1 and id < $2 order by id')
  const grouped =
    'select category, count(*) as orders, sum(revenue) as revenue, avg(price) as price from orders group by category order by category'
  const single = ordersFrom(size, 50)
  const batch = ordersFrom(size, 1000)
  const bulk = ordersFrom(size, 100_000)
  const ids = Array.from({ length: 1000 }, (_, index) => (index * 7919) % size)
  let generation = 0
  const clear = async () => {
    remove.bindBigInt(1, BigInt(size))
    await remove.run()
    await table.where((row) => row.id.ge(size)).delete()
    await connection.run('checkpoint')
    await database.sql`checkpoint`
  }
  const same = (left: unknown, right: unknown) => {
    assert.deepEqual(right, (left as Record<string, DuckDBValue>[]).map(decodedOrder))
  }
  return [
    {
      name: 'point read by key',
      target: 1.15,
      operations: 500,
      bare: async () => {
        let rows: Record<string, DuckDBValue>[] = []
        for (let index = 0; index < 500; index++) {
          byId.bindBigInt(1, BigInt((index * 7919) % size))
          rows = await (await byId.run()).getRowObjects()
        }
        return rows
      },
      holdfast: async () => {
        let row: object | undefined
        for (let index = 0; index < 500; index++) row = await table.get((index * 7919) % size)
        return [row]
      },
      check: same,
    },
    {
      name: 'many keys (1,000)',
      target: 1.15,
      operations: 10,
      bare: async () => {
        for (let index = 0; index < 10; index++) {
          byIds.bindList(1, ids.map(BigInt), LIST(BIGINT))
          await (await byIds.run()).getRowObjects()
        }
      },
      holdfast: async () => {
        for (let index = 0; index < 10; index++) await table.getMany(ids)
      },
    },
    {
      name: 'insert, autocommit',
      target: 1.15,
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
      name: 'update by key',
      target: 1.15,
      operations: 50,
      bare: async () => {
        generation++
        for (let id = 0; id < 50; id++) {
          update.bindBigInt(1, BigInt(generation))
          update.bindBigInt(2, BigInt(id * 199))
          await update.run()
        }
      },
      holdfast: async () => {
        generation++
        for (let id = 0; id < 50; id++) await table.patch(id * 199, { quantity: generation })
      },
    },
    {
      name: '1,000-row batch, one transaction',
      target: 1.15,
      operations: 1,
      bare: () => bare.insertAll(batch),
      holdfast: () => table.insert(batch),
      reset: clear,
    },
    {
      name: '100,000-row bulk insert',
      target: 1.25,
      operations: 1,
      bare: () => bare.insertAll(bulk),
      holdfast: () => table.insert(bulk),
      reset: clear,
    },
    {
      name: 'filter returning 1,000 rows',
      target: 1.15,
      operations: 10,
      bare: async () => {
        for (let index = 0; index < 10; index++) {
          window.bindBigInt(1, BigInt(index * 1000))
          window.bindBigInt(2, BigInt(index * 1000 + 1000))
          await (await window.run()).getRowObjects()
        }
      },
      holdfast: async () => {
        for (let index = 0; index < 10; index++) {
          await table.where((row) => row.id.ge(index * 1000).and(row.id.lt(index * 1000 + 1000))).all()
        }
      },
    },
    {
      name: 'group-by aggregate over the table',
      target: 1.1,
      operations: 10,
      bare: async () => {
        for (let index = 0; index < 10; index++) await (await connection.run(grouped)).getRowObjects()
      },
      holdfast: async () => {
        for (let index = 0; index < 10; index++) {
          await table
            .groupBy((row) => ({ category: row.category }))
            .select((row) => ({
              category: row.category,
              orders: count(),
              revenue: sum(row.revenue),
              price: avg(row.price),
            }))
            .all()
        }
      },
    },
    {
      name: 'stream of 100,000 rows (bare: getRowObjects)',
      target: 0.6,
      operations: 1,
      bare: async () => {
        let total = 0
        const result = await connection.run('select * from orders order by id')
        for (const row of await result.getRowObjects()) total += Number(row['id'])
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
