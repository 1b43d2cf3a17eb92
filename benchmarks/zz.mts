import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from '@holdfast/core'
import { sqlite } from '@holdfast/sqlite'
import { openBare } from './src/overhead/bare-sqlite.ts'
import { orders, ordersFrom } from './src/overhead/data.ts'
const folder = await mkdtemp(join(tmpdir(), 'hf-'))
const bare = openBare(join(folder, 'bare.db'))
const database = await open(sqlite({ path: join(folder, 'h.db') }))
const table = database.table(orders)
await database.ensure(orders)
const which = process.argv[2]
const cpu = async (name, f) => { const a = process.cpuUsage(); const t = performance.now(); await f(); const b = process.cpuUsage(a); console.log(name.padEnd(14), ((b.user + b.system) / 1000).toFixed(1), 'ms cpu', (performance.now() - t).toFixed(0), 'wall') }
const base = ordersFrom(0, 100000)
bare.insertAll(base); await table.insert(base)
const del = bare.database.prepare('delete from orders where id >= ?')
for (let k = 0; k < Number(process.argv[3] ?? 3); k++) {
  if (which === 'bulk' || which === 'all') {
    const rows = ordersFrom(100000, 100000)
    await cpu('bulk bare', () => bare.insertAll(rows)); del.run(100000)
    await cpu('bulk hf', () => table.insert(rows)); await table.where((r) => r.id.ge(100000)).delete()
  }
  if (which === 'batch' || which === 'all') {
    const sets = Array.from({ length: 50 }, (_, i) => ordersFrom(100000 + i * 1000, 1000))
    await cpu('batch bare', () => { for (const s of sets) bare.insertAll(s) }); del.run(100000)
    await cpu('batch hf', async () => { for (const s of sets) await table.insert(s) }); await table.where((r) => r.id.ge(100000)).delete()
  }
  if (which === 'insert' || which === 'all') {
    const rows = ordersFrom(100000, 3000)
    await cpu('insert bare', () => { for (const r of rows) bare.insert(r) }); del.run(100000)
    await cpu('insert hf', async () => { for (const r of rows) await table.insert(r) }); await table.where((r) => r.id.ge(100000)).delete()
  }
  if (which === 'update' || which === 'all') {
    const u = bare.database.prepare('update orders set quantity = ? where id = ?')
    await cpu('update bare', () => { for (let i = 0; i < 3000; i++) u.run(k + 1000, i * 31) })
    await cpu('update hf', async () => { for (let i = 0; i < 3000; i++) await table.patch(i * 31, { quantity: k + 1000 }) })
  }
  if (which === 'get' || which === 'all') {
    const g = bare.database.prepare('select * from orders where id = ?')
    await cpu('get bare', async () => { for (let i = 0; i < 100000; i++) g.get((i * 7919) % 100000) })
    await cpu('get hf', async () => { for (let i = 0; i < 100000; i++) await table.get((i * 7919) % 100000) })
  }
  if (which === 'filter' || which === 'all') {
    const w = bare.database.prepare('select * from orders where id >= ? and id < ? order by id')
    await cpu('filter bare', () => { for (let i = 0; i < 100; i++) w.all(i * 1000, i * 1000 + 1000) })
    await cpu('filter hf', async () => { for (let i = 0; i < 100; i++) await table.where((r) => r.id.ge(i * 1000).and(r.id.lt(i * 1000 + 1000))).all() })
    await cpu('pt query', async () => { for (let i = 0; i < 20000; i++) await table.where((r) => r.id.eq(i)).first() })
  }
  if (which === 'group' || which === 'all') {
    const g = bare.database.prepare('select category, count(*) as orders, sum(revenue) as revenue, avg(price) as price from orders group by category order by category')
    const { count, sum, avg } = await import('@holdfast/core')
    await cpu('group bare', () => { for (let i = 0; i < 5; i++) g.all() })
    await cpu('group hf', async () => { for (let i = 0; i < 5; i++) await table.groupBy((row) => ({ category: row.category })).select((row) => ({ category: row.category, orders: count(), revenue: sum(row.revenue), price: avg(row.price) })).all() })
  }
  if (which === 'stream' || which === 'all') {
    const a = bare.database.prepare('select * from orders order by id')
    await cpu('stream bare', () => { let n = 0; for (const r of a.iterate()) n += r.id })
    await cpu('stream hf', async () => { let n = 0; for await (const r of table.stream()) n += r.id })
    await cpu('all bare', () => { a.all() })
    await cpu('all hf', async () => { await table.all() })
  }
}
await database.close(); await rm(folder, { recursive: true })
