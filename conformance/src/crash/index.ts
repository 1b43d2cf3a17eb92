import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wholeNumber } from '../options.ts'
import { runCrashes } from './crash.ts'
import type { CrashOptions } from './crash.ts'
import { durableEngines } from './durable.ts'

const usage = `Kills a process that writes, again and again, and compares what is left with what was acknowledged.

  pnpm crash [--rounds 100] [--seed 1] [--engine ${Object.keys(durableEngines).join(' --engine ')}]`

const { rounds, seed, engines } = optionsOrUsage()
console.log(`seed ${seed}, ${rounds} rounds, ${engines.join(', ')}`)
const folder = mkdtempSync(join(tmpdir(), 'holdfast-crash-'))
try {
  for (const engine of engines) {
    const started = performance.now()
    const options: CrashOptions = { engine, path: join(folder, engine), rounds, seed }
    const result = await runCrashes(options, (line) => console.error(line))
    const seconds = ((performance.now() - started) / 1000).toFixed(0)
    const kinds = Object.entries(result.kinds).map(([kind, times]) => `${kind} ${times}`)
    console.log(
      `${engine}: killed ${result.rounds} times in ${seconds} s (${result.early} times while it opened), ` +
        `${result.acknowledged} transactions acknowledged, ${result.kept} of ${result.inFlight} in flight kept (${kinds.join(', ')}): ` +
        (result.failure ?? 'nothing lost, nothing partial'),
    )
    if (result.failure !== undefined) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function optionsOrUsage() {
  try {
    const { values } = parseArgs({
      options: {
        rounds: { type: 'string', default: '100' },
        seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
        engine: { type: 'string', multiple: true, default: Object.keys(durableEngines) },
      },
    })
    const unknown = values.engine.find((name) => !(name in durableEngines))
    if (unknown !== undefined) throw new RangeError(`There is no durable engine '${unknown}'.`)
    return {
      rounds: wholeNumber('--rounds', values.rounds, 1),
      seed: wholeNumber('--seed', values.seed, 0),
      engines: values.engine,
    }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
}
