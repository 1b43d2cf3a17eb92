/**
 * How fast a whole table comes out, against the driver's usual way, and how much the process grows meanwhile: `node
 * src/stream/index.ts [engine ...] [--rows 1000000] [--rounds 3]`. Each arm in a process of its own, in turn. Ends with 1 if
 * an arm has not read what is there.
 */

import { parseArgs } from 'node:util'
import { open } from '@holdfast/core'
import type { Place } from '../engines/engine.ts'
import { loadEngine } from '../engines/index.ts'
import { sale, sales, salesUpTo } from '../engines/sales.ts'
import { tally } from '../engines/tally.ts'
import { runChild } from '../harness/child.ts'
import { median } from '../overhead/measure.ts'
import type { ArmReport, ArmSettings } from './arm.ts'

const engines = ['sqlite', 'duckdb', 'postgres']
const ways: readonly ArmSettings['way'][] = ['bare driver', 'stream', 'stream of batches']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
})
const rows = Number(values.rows)
const rounds = Number(values.rounds)
if (!(Number.isInteger(rows) && rows > 0 && Number.isInteger(rounds) && rounds > 0)) {
  console.error(`Say what: stream [${engines.join('|')} ...] [--rows 1000000] [--rounds 3]`)
  process.exit(2)
}

const expected = totalOf(rows)
console.log(`${rows} rows of 8 columns out, ${rounds} rounds, medians; growth of the process that reads them`)
console.log(
  `${'engine'.padEnd(10)}${'way'.padEnd(20)}${'seconds'.padStart(9)}${'ratio'.padStart(8)}${'processor'.padStart(11)}${'growth MB'.padStart(11)}`,
)
for (const name of positionals.length > 0 ? positionals : engines) await compare(name)

async function compare(name: string): Promise<void> {
  const engine = await loadEngine(name)
  const { place, remove } = await engine.prepare()
  try {
    {
      await using database = await open(engine.backend(place))
      await database.ensure(sales)
    }
    await engine.loadByHand(place, salesUpTo(rows))
    const reports = new Map(ways.map((way) => [way, [] as ArmReport[]]))
    for (let round = 0; round < rounds; round++) {
      for (const way of round % 2 === 0 ? ways : ways.toReversed())
        reports.get(way)!.push(await run(name, way, place))
    }
    for (const way of ways) print(name, way, reports.get(way)!, reports.get('bare driver')!)
  } finally {
    await remove()
    await engine.stop?.()
  }
}

async function run(engine: string, way: ArmSettings['way'], place: Place): Promise<ArmReport> {
  process.stderr.write(`${engine}, ${way} ...\n`)
  const settings: ArmSettings = { engine, way, place }
  const report = await runChild<ArmReport>(new URL('arm.ts', import.meta.url), settings)
  if (report.total !== expected)
    throw new Error(`${engine}, ${way}: the rows are not those that were loaded.`)
  return report
}

function totalOf(count: number): number {
  let total = 0
  for (let id = 0; id < count; id++) {
    const { quantity, note } = sale(id)
    total += tally(id, quantity, note)
  }
  return total
}

function print(name: string, way: string, reports: readonly ArmReport[], bare: readonly ArmReport[]): void {
  const ratio = (figure: 'seconds' | 'processor') =>
    median(reports.map((one, round) => one[figure] / bare[round]![figure])).toFixed(2)
  const seconds = median(reports.map((one) => one.seconds)).toFixed(2)
  const growth = Math.max(...reports.map((one) => one.growth)).toFixed(0)
  console.log(
    `${name.padEnd(10)}${way.padEnd(20)}${seconds.padStart(9)}${ratio('seconds').padStart(8)}${ratio('processor').padStart(11)}${growth.padStart(11)}`,
  )
}
