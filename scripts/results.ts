// A reporter of vitest's: leaves in the file `outputFile.json` how a run ended, for count-tests.mjs. Vitest's own JSON calls a
// run a success, and a file passed, when a process has died in the middle of it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node'

/** How a run ended. It failed unless nothing failed and nothing broke. */
export interface Results {
  readonly passed: number
  readonly failed: number
  /** What went wrong around the tests, each with its file: an error outside of them, a file that did not come to its end. */
  readonly broken: readonly string[]
}

export class ResultsReporter implements Reporter {
  #file = ''

  /** A run that dies as a whole leaves nothing, and not the results of the one before. */
  onInit({ config }: Vitest): void {
    const { outputFile } = config
    this.#file = resolve(config.root, typeof outputFile === 'string' ? outputFile : outputFile.json!)
    rmSync(this.#file, { force: true })
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length
    const results: Results = {
      passed: count('passed'),
      failed: count('failed'),
      broken: [...modules.flatMap(brokenIn), ...unhandled.map(describe)],
    }
    mkdirSync(dirname(this.#file), { recursive: true })
    writeFileSync(this.#file, `${JSON.stringify(results, undefined, 2)}\n`)
  }
}

/** Errors of the file and its suites, which are no test's, and whether it came to its end. */
function brokenIn(module: TestModule): string[] {
  const place = module.relativeModuleId
  const suites = [module, ...module.children.allSuites()]
  const errors = suites.flatMap((suite) => suite.errors()).map((error) => `${place}: ${describe(error)}`)
  const left = [...module.children.allTests('pending')].length
  if (left > 0) return [...errors, `${place}: ${left} tests did not come to their end`]
  const began = module.state() !== 'queued' && module.state() !== 'pending'
  return began ? errors : [...errors, `${place}: it did not come to its end`]
}

/** The first line of an error and of what caused it. */
function describe({ message, cause }: SerializedError): string {
  const [line = ''] = message.split('\n')
  return cause === undefined ? line : `${line} ${describe(cause)}`
}
