/**
 * How much the process grows while it streams a table of 1,000,000 rows from SQLite: `node --expose-gc
 * src/overhead/stream-memory.ts [rows]`. Ends with 1 if it grows by 50 MB or more.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from '@holdfast/core'
import { sqlite } from '@holdfast/sqlite'
import { openBare } from './bare-sqlite.ts'
import { orders, ordersFrom } from './data.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const limit = 50
const folder = await mkdtemp(join(tmpdir(), 'holdfast-stream-'))
try {
  const path = join(folder, 'holdfast.db')
  await using database = await open(sqlite({ path }))
  await database.ensure(orders)
  const writer = openBare(path)
  for (let first = 0; first < rows; first += 10_000)
    writer.insertAll(ordersFrom(first, Math.min(10_000, rows - first)))
  writer.database.close()
  for await (const row of database.table(orders).limit(10_000).stream()) void row
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let peak = before
  let streamed = 0
  const start = performance.now()
  for await (const row of database.table(orders).stream()) {
    void row
    if (++streamed % 10_000 === 0) peak = Math.max(peak, process.memoryUsage.rss())
  }
  const seconds = (performance.now() - start) / 1000
  const growth = (peak - before) / 1_048_576
  console.log(
    `streamed ${streamed} rows in ${seconds.toFixed(2)} s; resident memory grew by ${growth.toFixed(1)} MB (limit ${limit})`,
  )
  if (streamed !== rows || growth >= limit) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
