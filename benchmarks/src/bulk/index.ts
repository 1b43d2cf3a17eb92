/**
 * How fast many rows go in, against the engine's fastest loader, and how much memory that takes: `node src/bulk/index.ts
 * [engine ...] [--rows 1000000] [--rounds 3]`. Each arm in a process of its own, in turn. A time counts only when every row
 * was read again and was right: else the run ends with 1.
 */

import { parseArgs } from 'node:util'
import { open } from '@holdfast/core'
import type { Engine } from '../engines/engine.ts'
import { engineNames, loadEngine } from '../engines/index.ts'
import { sales } from '../engines/sales.ts'
import { runChild } from '../harness/child.ts'
import { median } from '../overhead/measure.ts'
import type { ArmReport, ArmSettings, Way } from './arm.ts'

const ways: readonly Way[] = ['by hand', 'load', 'inserts of 10,000', 'one insert']

/** Ways whose memory is measured with more rows as well: theirs is not to grow with them. */
const grown: readonly Way[] = ['by hand', 'load']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
})
const rows = Number(values.rows)
const rounds = Number(values.rounds)
if (!(Number.isInteger(rows) && rows > 0 && Number.isInteger(rounds) && rounds > 0)) {
  console.error('Say how many: bulk [engine ...] [--rows 1000000] [--rounds 3]')
  process.exit(2)
}

console.log(
  `${rows} rows of 8 columns, ${rounds} rounds, medians; peak memory of the process that loads them`,
)
console.log(
  `${'engine'.padEnd(10)}${'way'.padEnd(20)}${'seconds'.padStart(9)}${'ratio'.padStart(8)}${'processor'.padStart(11)}${'peak MB'.padStart(9)}${'of 3 times the rows'.padStart(21)}`,
)
for (const name of positionals.length > 0 ? positionals : engineNames) await compare(name)

async function compare(name: string): Promise<void> {
  const engine = await loadEngine(name)
  try {
    const reports = new Map(ways.map((way) => [way, [] as ArmReport[]]))
    for (let round = 0; round < rounds; round++) {
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
        reports.get(way)!.push(await run(engine, { engine: name, way, rows }))
      }
    }
    for (const way of ways) {
      const more =
        grown.includes(way) && name !== 'memory'
          ? await run(engine, { engine: name, way, rows: rows * 3 })
          : undefined
      print(name, way, reports.get(way)!, reports.get('by hand')!, more)
    }
  } finally {
    await engine.stop?.()
  }
}

async function run(engine: Engine, settings: Omit<ArmSettings, 'place'>): Promise<ArmReport> {
  process.stderr.write(`${settings.engine}, ${settings.way}, ${settings.rows} rows ...\n`)
  const { place, remove } = await engine.prepare()
  try {
    if (place !== '') {
      await using database = await open(engine.backend(place))
      await database.ensure(sales)
    }
    return await runChild<ArmReport>(new URL('arm.ts', import.meta.url), { ...settings, place })
  } finally {
    await remove()
  }
}

function print(
  name: string,
  way: Way,
  reports: readonly ArmReport[],
  byHand: readonly ArmReport[],
  more: ArmReport | undefined,
): void {
  const ratio = (figure: 'seconds' | 'processor') =>
    median(reports.map((one, round) => one[figure] / byHand[round]![figure])).toFixed(2)
  const seconds = median(reports.map((one) => one.seconds)).toFixed(2)
  const peak = Math.max(...reports.map((one) => one.peak)).toFixed(0)
  console.log(
    `${name.padEnd(10)}${way.padEnd(20)}${seconds.padStart(9)}${ratio('seconds').padStart(8)}${ratio('processor').padStart(11)}${peak.padStart(9)}${(more?.peak.toFixed(0) ?? '').padStart(21)}`,
  )
}
