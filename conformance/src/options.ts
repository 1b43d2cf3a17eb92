import { parseArgs } from 'node:util'
import { engines } from './engines.ts'

export interface GroundOptions {
  readonly relations: number
  readonly seed: number
  /** How many relations are asked of each set of tables. */
  readonly queries: number
  readonly engines: readonly string[]
}

export const usage = `Asks random relations of each engine and of the reference evaluator, and tells every difference.

  pnpm ground [--relations 100000] [--seed 1] [--queries 64] [--engine ${Object.keys(engines).join(' --engine ')}]`

/** Reads the command line; throws a `RangeError` that says what is wrong with it. */
export function readOptions(commandLine: readonly string[]): GroundOptions {
  const { values } = parseArgs({
    args: [...commandLine],
    options: {
      relations: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
      queries: { type: 'string', default: '64' },
      engine: { type: 'string', multiple: true, default: Object.keys(engines) },
    },
  })
  const unknown = values.engine.find((name) => !(name in engines))
  if (unknown !== undefined) throw new RangeError(`There is no engine '${unknown}'.`)
  return {
    relations: wholeNumber('--relations', values.relations, 1),
    seed: wholeNumber('--seed', values.seed, 0),
    queries: wholeNumber('--queries', values.queries, 1),
    engines: values.engine,
  }
}

export function wholeNumber(name: string, text: string, minimum: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= minimum) return value
  throw new RangeError(`${name} takes a whole number of at least ${minimum}, not '${text}'.`)
}
