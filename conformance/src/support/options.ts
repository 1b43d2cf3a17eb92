import { parseArgs } from 'node:util'
import { wholeNumber } from '../options.ts'
import { places } from './engines.ts'
import type { Effort } from './measure.ts'

export interface SupportOptions extends Effort {
  readonly engines: readonly string[]
  /** Compares the files with the results and measures nothing. */
  readonly check: boolean
  /** Writes the files from the results and measures nothing. */
  readonly render: boolean
}

export const usage = `Finds out what each engine does itself and writes SUPPORT.md and the adapters' READMEs.

  pnpm support [--engine ${Object.keys(places).join(' --engine ')}] [--relations 800] [--rounds 40] [--seed 1]
  pnpm support --check     compares these files with conformance/support.json; needs no engine
  pnpm support --render    writes them from it anew; needs no engine`

/** Reads the command line; throws a `RangeError` that says what is wrong with it. */
export function readSupportOptions(commandLine: readonly string[]): SupportOptions {
  const { values } = parseArgs({
    args: [...commandLine],
    options: {
      engine: { type: 'string', multiple: true, default: Object.keys(places) },
      relations: { type: 'string', default: '800' },
      rounds: { type: 'string', default: '40' },
      seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
      check: { type: 'boolean', default: false },
      render: { type: 'boolean', default: false },
    },
  })
  const unknown = values.engine.find((name) => !Object.hasOwn(places, name))
  if (unknown !== undefined) throw new RangeError(`There is no engine '${unknown}'.`)
  return {
    engines: values.engine,
    relations: wholeNumber('--relations', values.relations, 1),
    rounds: wholeNumber('--rounds', values.rounds, 1),
    seed: wholeNumber('--seed', values.seed, 0),
    check: values.check,
    render: values.render,
  }
}
