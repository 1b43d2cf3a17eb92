import { describeResult, sumUp } from './ground.ts'
import { readOptions, usage } from './options.ts'
import type { GroundOptions } from './options.ts'
import { takeTurnsApart } from './processes.ts'

const options = optionsOrUsage()
console.log(`seed ${options.seed}, ${options.relations} relations, ${options.engines.join(', ')}`)
const results = await sumUp(takeTurnsApart(options), options, (line) => console.error(line))
for (const result of results) console.log(describeResult(result))
process.exitCode = results.every(({ differences }) => differences.length === 0) ? 0 : 1

function optionsOrUsage(): GroundOptions {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
}
