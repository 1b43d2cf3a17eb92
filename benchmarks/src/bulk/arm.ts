/** Loads the sales in one way, says what that took, and then reads every one of them again. */

import { type Database, open } from '@holdfast/core'
import type { Engine, Place } from '../engines/engine.ts'
import { loadEngine } from '../engines/index.ts'
import { isSale, type Sale, sales, salesUpTo } from '../engines/sales.ts'
import { givenSettings, peakMemory, report } from '../harness/child.ts'

/** How the rows go in; each but the first is a way of the public API. */
export type Way = 'by hand' | 'load' | 'inserts of 10,000' | 'one insert'

export interface ArmSettings {
  readonly engine: string
  readonly way: Way
  readonly rows: number
  readonly place: Place
}

export interface ArmReport {
  readonly seconds: number
  /** Seconds of the processor, all threads of this process. */
  readonly processor: number
  /** MB */
  readonly peak: number
}

const batchLength = 10_000

type LoadTable = (database: Database, rows: Iterable<Sale>) => Promise<unknown>

const ways: Readonly<Record<Exclude<Way, 'by hand'>, LoadTable>> = {
  load: (database, rows) => database.table(sales).load(rows),
  async 'inserts of 10,000'(database, rows) {
    for (const batch of batchesOf(rows)) await database.table(sales).insert(batch)
  },
  'one insert': (database, rows) => database.table(sales).insert(rows),
}

function* batchesOf(rows: Iterable<Sale>): Generator<Sale[], void, void> {
  let batch: Sale[] = []
  for (const row of rows) {
    if (batch.push(row) < batchLength) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

const { engine: name, way, rows, place } = givenSettings<ArmSettings>()
const engine = await loadEngine(name)
if (way === 'by hand') await loadByHand(engine)
else await loadByHoldfast(engine, ways[way])

async function loadByHand({ loadByHand: load, backend }: Engine): Promise<void> {
  const { result: held, figures } = await measured(() => load(place, salesUpTo(rows)))
  if (held === undefined) {
    await using database = await open(backend(place))
    await verify(database.table(sales).stream())
  } else await verify(held)
  report(figures)
}

async function loadByHoldfast({ backend, settle }: Engine, load: LoadTable): Promise<void> {
  await using database = await open(backend(place))
  await database.ensure(sales)
  const { figures } = await measured(async () => {
    await load(database, salesUpTo(rows))
    await settle?.(database)
  })
  await verify(database.table(sales).stream())
  report(figures)
}

async function measured<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly figures: ArmReport }> {
  const before = process.cpuUsage()
  const start = performance.now()
  const result = await work()
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(before)
  return { result, figures: { seconds, processor: (user + system) / 1e6, peak: peakMemory() } }
}

/** Every row, in the order of the ids. */
async function verify(loaded: AsyncIterable<Sale> | Iterable<Sale>): Promise<void> {
  let count = 0
  for await (const row of loaded) {
    if (!isSale(row, count))
      throw new Error(`The row ${count} is not what was loaded: ${JSON.stringify(row)}`)
    count++
  }
  if (count !== rows) throw new Error(`There are ${count} rows where ${rows} were loaded.`)
}
