import { parseArgs } from 'node:util'
import { engines } from '../engines.ts'
import { catalogue } from './catalogue.ts'

export interface MutantOptions {
  readonly seed: number
  /** Whether to write nothing. */
  readonly check: boolean
  /** The families of backends to try. */
  readonly families: readonly string[]
  /** The engines that judge the evaluator's defects. */
  readonly engines: readonly string[]
  /** How many of the evaluator's defects to try, picked by the seed; all unless stated. */
  readonly sample: number
}

export const usage = `Tries the suite on backends with one defect each, and on good engines beside an evaluator with one defect,
and writes what each died of into conformance/MUTANTS.md. Fails when one survives.

  pnpm mutants [--check] [--seed 1] [--family text] [--engine duckdb] [--sample 12]

  --check    writes nothing
  --family   backends of this family alone, and no evaluator; may be repeated
  --engine   who judges the evaluator; may be repeated; sqlite unless stated, 'none' for nobody
  --sample   so many of the evaluator's defects, and no backends`

/** Reads the command line; throws a `RangeError` that says what is wrong with it. */
export function readOptions(commandLine: readonly string[]): MutantOptions {
  const { values } = parseArgs({
    args: [...commandLine],
    options: {
      check: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      family: { type: 'string', multiple: true },
      engine: { type: 'string', multiple: true },
      sample: { type: 'string' },
    },
  })
  const families = known(
    'family',
    values.family,
    catalogue.map(({ family }) => family),
  )
  const judges = known('engine', values.engine, [...Object.keys(engines), 'none'])
  return {
    seed: wholeNumber('--seed', values.seed, 0),
    check: values.check || values.family !== undefined || values.sample !== undefined,
    families: values.sample === undefined ? (families ?? catalogue.map(({ family }) => family)) : [],
    engines: values.family === undefined ? (judges ?? ['sqlite']).filter((name) => name !== 'none') : [],
    sample: values.sample === undefined ? Infinity : wholeNumber('--sample', values.sample, 1),
  }
}

function known(
  what: string,
  names: readonly string[] | undefined,
  all: readonly string[],
): readonly string[] | undefined {
  const unknown = names?.find((name) => !all.includes(name))
  if (unknown !== undefined) throw new RangeError(`There is no ${what} '${unknown}', only ${all.join(', ')}.`)
  return names
}

function wholeNumber(name: string, text: string, minimum: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= minimum) return value
  throw new RangeError(`${name} takes a whole number of at least ${minimum}, not '${text}'.`)
}
