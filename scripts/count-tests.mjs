// Adds up the test counts that the last runs left in each package's .results folder and prints "N passed, N failed".
// Exits with 1 when no test ran or one failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'

const root = resolve(import.meta.dirname, '..')
const parents = ['packages', 'examples'].filter((name) => existsSync(join(root, name)))
const folders = parents.flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)))

let passed = 0
let failed = 0
for (const folder of [...folders, 'conformance', 'benchmarks']) {
  for (const kind of ['test', 'types']) {
    const file = join(root, folder, '.results', `${kind}.json`)
    if (!existsSync(file)) continue
    /** @type {{ numPassedTests: number, numFailedTests: number }} */
    const results = JSON.parse(readFileSync(file, 'utf8'))
    passed += results.numPassedTests
    failed += results.numFailedTests
    console.log(`${folder} ${kind}: ${results.numPassedTests} passed, ${results.numFailedTests} failed`)
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(passed > 0 && failed === 0 ? 0 : 1)
