import { readSettings } from '@holdfast/core/conformance'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runMeaning } from '../meaning/run.ts'
import { describeKills } from './document.ts'
import { readOptions, usage } from './options.ts'
import type { MutantOptions } from './options.ts'
import { runMutants } from './run.ts'

const page = resolve(import.meta.dirname, '../../MUTANTS.md')

const { seed, check, families, engines, sample } = optionsOrUsage()
const { runs } = readSettings({})
const tell = (line: string): void => console.error(line)
const backends = await runMutants(families, { runs, seed }, tell)
const meaning = await runMeaning(engines, { runs, seed }, sample, tell)
if (!check) writeFileSync(page, describeKills(seed, runs, backends, meaning))

const survivors = [
  ...backends.filter(({ kill }) => kill === undefined).map(({ name }) => `a backend that ${name}`),
  ...meaning
    .filter(({ kills }) => [...kills.values()].includes(undefined))
    .map(({ defect }) => `an evaluator that ${defect.name} (${defect.file})`),
]
for (const survivor of survivors) console.log(`survives: ${survivor}`)
console.log(
  `${backends.length} backends, ${meaning.length} defects of the evaluator, ${survivors.length} survive, seed ${seed}`,
)
// Engines that hang would keep the process.
process.exit(survivors.length === 0 ? 0 : 1)

function optionsOrUsage(): MutantOptions {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
}
