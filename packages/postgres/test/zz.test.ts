import { startServer } from '/tmp/holdfast/postgres/packages/postgres-server/src/index.ts'
import { open, table, integer, text } from '@holdfast/core'
import { postgres } from '@holdfast/postgres'
import { test } from 'vitest'
test('x', async () => {
const s = await startServer()
const db = await open(postgres({ url: s.url, schema: 'a' }))
const t = table('t', { id: integer().primaryKey(), label: text() })
await db.ensure(t)
await db.table(t).insert(Array.from({length: 5000}, (_, id) => ({ id, label: 'x' })))
const time = async (name, f) => { const a = performance.now(); await f(); console.log(name, (performance.now()-a).toFixed(1)) }

await time('error', async () => { try { for await (const r of db.table(t).stream()) if (r.id === 1500) throw new Error('x') } catch {} })
await time('abort before', async () => { try { await Array.fromAsync(db.table(t).stream({signal: AbortSignal.abort()})) } catch {} })
await time('abort in', async () => { const c = new AbortController(); let n = 0; try { for await (const r of db.table(t).stream({signal: c.signal})) if (++n === 10) c.abort() } catch (e) { console.log(e.code) } })
await time('write', async () => { let n = 0; for await (const r of db.table(t).stream()) { if (++n === 5) await db.table(t).delete(4999); if (n === 6) await db.table(t).insert({id: 5001, label: ''}) } })
await time('once', async () => { const s = db.table(t).limit(3).stream(); await Array.fromAsync(s); try { await Array.fromAsync(s) } catch {}; await s.return(); await s.return(); await s[Symbol.asyncDispose]() })
for (const k of [1,2,999,1000,1001,3000]) await time('break ' + k, async () => { let n = 0; for await (const r of db.table(t).stream()) if (++n === k) break; await db.table(t).insert({id: -1, label: ''}); await db.table(t).delete(-1) })
await time('untouched', async () => { const u = db.table(t).stream(); await u[Symbol.asyncDispose](); await db.table(t).insert({id: -1, label: ''}) })
await time('close', async () => { const u = db.table(t).stream(); await u.next(); await db.close() ; try { for (;;) { const { done } = await u.next(); if (done) break } } catch (e) { console.log(e.code) } })
await s.stop()
})
