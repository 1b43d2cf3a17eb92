/** Reads all sales in one way; says how long that took and how much the process grew meanwhile. */

import { type Database, open } from '@holdfast/core'
import { loadEngine } from '../engines/index.ts'
import type { Place } from '../engines/engine.ts'
import { sales } from '../engines/sales.ts'
import { tally } from '../engines/tally.ts'
import { givenSettings, peakMemory, report } from '../harness/child.ts'

export interface ArmSettings {
  readonly engine: string
  readonly way: 'bare driver' | 'stream' | 'stream of batches'
  readonly place: Place
}

export interface ArmReport {
  readonly seconds: number
  readonly processor: number
  /** MB above what the process held before, after it had read some rows already. */
  readonly growth: number
  /** What was read, to be compared with what is there. */
  readonly total: number
}

const { engine: name, way, place } = givenSettings<ArmSettings>()
const { backend, readByHand } = await loadEngine(name)
if (way === 'bare driver') await measure(() => readByHand!(place))
else {
  await using database = await open(backend(place))
  for await (const row of database.table(sales).limit(10_000).stream()) void row
  await measure(() => (way === 'stream' ? readRows(database) : readBatches(database)))
}

async function readRows(database: Database): Promise<number> {
  let total = 0
  for await (const { id, quantity, note } of database.table(sales).stream())
    total += tally(id, quantity, note)
  return total
}

async function readBatches(database: Database): Promise<number> {
  let total = 0
  for await (const batch of database.table(sales).batches())
    for (const { id, quantity, note } of batch) total += tally(id, quantity, note)
  return total
}

async function measure(read: () => Promise<number>): Promise<void> {
  globalThis.gc?.()
  const before = process.memoryUsage.rss() / 2 ** 20
  const processorBefore = process.cpuUsage()
  const start = performance.now()
  const total = await read()
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(processorBefore)
  report({ seconds, processor: (user + system) / 1e6, growth: peakMemory() - before, total })
}
