// Adds up what the last runs left in each package's .results folder (see results.ts) and prints "N passed, N failed", after
// the ends of the logs of the runs that failed. What broke around the tests counts as a failure, and so does a package that
// should have been tested and left nothing. Exits with 1 when no test ran or something failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { stripVTControlCharacters } from 'node:util'

const root = resolve(import.meta.dirname, '..')
const linesOfLog = 60

/** By the script that makes them: what its results are called. */
const kinds = { test: 'test', 'test:types': 'types' }

const parents = ['packages', 'examples'].filter((name) => existsSync(join(root, name)))
const folders = parents.flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)))

const runs = [...folders, 'conformance', 'benchmarks'].flatMap((folder) =>
  Object.entries(kinds).flatMap(([script, kind]) => {
    const results = resultsOf(folder, script, kind)
    return results === undefined ? [] : [{ folder, script, kind, ...results }]
  }),
)
const failedRuns = runs.filter(({ failures }) => failures > 0)

for (const { folder, script } of failedRuns) {
  const lines = endOfLog(folder, script)
  if (lines.length > 0) console.log(`== the end of the log of ${folder} ${script}\n${lines.join('\n')}\n`)
}
for (const { folder, kind, passed, failures, broken } of runs) {
  console.log(`${folder} ${kind}: ${passed} passed, ${failures} failed`)
  for (const what of broken) console.log(`  ${what}`)
}
const passed = runs.reduce((sum, run) => sum + run.passed, 0)
const failures = runs.reduce((sum, run) => sum + run.failures, 0)
console.log(`${passed} passed, ${failures} failed`)
process.exit(passed > 0 && failures === 0 ? 0 : 1)

/**
 * @param {string} folder
 * @param {string} script
 * @param {string} kind
 * @returns {{ passed: number, failures: number, broken: readonly string[] } | undefined} undefined where no run was due
 */
function resultsOf(folder, script, kind) {
  const file = join(root, folder, '.results', `${kind}.json`)
  if (existsSync(file)) {
    /** @type {import('./results.ts').Results} */
    const { passed, failed, broken } = JSON.parse(readFileSync(file, 'utf8'))
    return { passed, failures: failed + broken.length, broken }
  }
  if (kind !== 'test' || !hasScript(folder, script)) return undefined
  return {
    passed: 0,
    failures: 1,
    broken: ['the run left no results: it did not begin, or did not come to its end'],
  }
}

/**
 * @param {string} folder
 * @param {string} script
 */
function hasScript(folder, script) {
  const manifest = join(root, folder, 'package.json')
  if (!existsSync(manifest)) return false
  /** @type {{ scripts?: Record<string, string> }} */
  const { scripts = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
  return script in scripts
}

/**
 * What turbo kept of it, without the tests that passed.
 * @param {string} folder
 * @param {string} script
 */
function endOfLog(folder, script) {
  const file = join(root, folder, '.turbo', `turbo-${script.replaceAll(':', '$colon$')}.log`)
  if (!existsSync(file)) return []
  const lines = stripVTControlCharacters(readFileSync(file, 'utf8')).split('\n')
  return lines.filter((line) => line.trim() !== '' && !/^\s*✓/.test(line)).slice(-linesOfLog)
}
