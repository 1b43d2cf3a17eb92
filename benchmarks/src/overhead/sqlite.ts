/**
 * The cost of Holdfast over better-sqlite3 itself, in one run: `node --expose-gc src/overhead/sqlite.ts [rounds]`.
 * Prints one line for each verb with both times and their ratio.
 */

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { avg, count, open, sum } from '@holdfast/core'
import { sqlite } from '@holdfast/sqlite'
import { type BareRow, decoded, openBare } from './bare-sqlite.ts'
import { orders, ordersFrom } from './data.ts'
import { type Cell, type Measurement, measure } from './measure.ts'
import { print } from './print.ts'

const size = 100_000
const rounds = Number(process.argv[2] ?? 9)
const folder = await mkdtemp(join(tmpdir(), 'holdfast-overhead-'))
const bare = openBare(join(folder, 'bare.db'))
const database = await open(
  sqlite({ path: join(folder, 'holdfast.db'), journalMode: 'wal', synchronous: 'normal' }),
)
const table = database.table(orders)
try {
  const rows = ordersFrom(0, size)
  bare.insertAll(rows)
  await database.ensure(orders)
  await table.insert(rows)
  const measurements: Measurement[] = []
  for (const cell of cells()) {
    process.stderr.write(`${cell.name} ...\n`)
    measurements.push(await measure(cell, rounds))
  }
  print(measurements)
} finally {
  await database.close()
  bare.database.close()
  await rm(folder, { recursive: true, force: true })
}

function cells(): Cell[] {
  const { database: driver } = bare
  const byId = driver.prepare<[number], BareRow>('select * from orders where id = ?')
  const remove = driver.prepare<[number]>('delete from orders where id >= ?')
  const update = driver.prepare<[number, number]>('update orders set quantity = ? where id = ?')
  const byIds = driver.prepare<[string], BareRow>(
    'select * from orders where id in (select value from json_each(?))',
  )
  const window = driver.prepare<[number, number], BareRow>(
    'select * from orders where id >= ? and id < ? order by id',
  )
  const grouped = driver.prepare<[], object>(
    'select category, count(*) as orders, sum(revenue) as revenue, avg(price) as price from orders group by category order by category',
  )
  const all = driver.prepare<[], BareRow>('select * from orders order by id')
  const single = ordersFrom(size, 500)
  const batch = ordersFrom(size, 1000)
  const bulk = ordersFrom(size, 100_000)
  const ids = Array.from({ length: 1000 }, (_, index) => (index * 7919) % size)
  let generation = 0
  const clear = async () => {
    remove.run(size)
    await table.where((row) => row.id.ge(size)).delete()
    driver.pragma('wal_checkpoint(TRUNCATE)')
    await database.sql`pragma wal_checkpoint(TRUNCATE)`
  }
  const same = (left: unknown, right: unknown) => {
    assert.deepEqual(right, (left as BareRow[]).map(decoded))
  }
  return [
    {
      name: 'point read by key',
      target: 1.1,
      operations: 20_000,
      bare: async () => {
        let row: BareRow | undefined
        for (let index = 0; index < 20_000; index++) row = byId.get((index * 7919) % size)
        return [row]
      },
      holdfast: async () => {
        let row: object | undefined
        for (let index = 0; index < 20_000; index++) row = await table.get((index * 7919) % size)
        return [row]
      },
      check: same,
    },
    {
      name: 'many keys (1,000)',
      target: 0.8,
      operations: 20,
      bare: () => {
        let found: BareRow[] = []
        for (let index = 0; index < 20; index++) found = ids.map((id) => byId.get(id)!)
        return found
      },
      holdfast: async () => {
        let found: unknown[] = []
        for (let index = 0; index < 20; index++) found = await table.getMany(ids)
        return found
      },
      check: same,
    },
    {
      name: 'many keys (1,000), bare driver with json_each',
      target: undefined,
      operations: 20,
      bare: () => {
        for (let index = 0; index < 20; index++) byIds.all(JSON.stringify(ids))
      },
      holdfast: async () => {
        for (let index = 0; index < 20; index++) await table.getMany(ids)
      },
    },
    {
      name: 'insert, autocommit',
      target: 1.1,
      operations: single.length,
      bare: () => {
        for (const row of single) bare.insert(row)
      },
      holdfast: async () => {
        for (const row of single) await table.insert(row)
      },
      reset: clear,
    },
    {
      name: 'update by key',
      target: 1.1,
      operations: 500,
      bare: () => {
        generation++
        for (let id = 0; id < 500; id++) update.run(generation, id * 199)
      },
      holdfast: async () => {
        generation++
        for (let id = 0; id < 500; id++) await table.patch(id * 199, { quantity: generation })
      },
    },
    {
      name: '1,000-row batch, one transaction',
      target: 0.95,
      operations: 1,
      bare: () => bare.insertAll(batch),
      holdfast: () => table.insert(batch),
      reset: clear,
    },
    {
      name: '100,000-row bulk insert',
      target: 0.65,
      operations: 1,
      bare: () => bare.insertAll(bulk),
      holdfast: () => table.insert(bulk),
      reset: clear,
    },
    {
      name: 'filter returning 1,000 rows',
      target: 1.05,
      operations: 20,
      bare: () => {
        let found: BareRow[] = []
        for (let index = 0; index < 20; index++) found = window.all(index * 1000, index * 1000 + 1000)
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
      bare: () => grouped.all(),
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
      check: (left, right) => assert.deepEqual(right, left),
    },
    {
      name: 'stream of 100,000 rows',
      target: 0.9,
      operations: 1,
      bare: () => {
        let total = 0
        for (const row of all.iterate()) total += row.id
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
