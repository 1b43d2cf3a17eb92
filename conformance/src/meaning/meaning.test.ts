import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { functionDefects } from './function-defects.ts'
import { nodeDefects } from './node-defects.ts'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

/** In a process of its own: a world with another evaluator needs the loader of Node. */
function mutants(...options: string[]): Promise<{ readonly stdout: string }> {
  const node = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    './src/sources.ts',
    'src/mutants/command.ts',
  ]
  return run(process.execPath, [...node, ...options], { cwd: root })
}

test('an engine that computes by itself differs from an evaluator with a defect', async () => {
  // The seed of MUTANTS.md: a defect that few values tell may need more than the quick budget of another one.
  const { stdout } = await mutants('--sample', '6', '--seed', '1')
  expect(stdout).toContain('6 defects of the evaluator, 0 survive, seed 1')
})

test('there are defects of functions and of nodes, each its own', () => {
  const all = [...functionDefects, ...nodeDefects].map(({ file, name }) => `${file} ${name}`)
  expect(new Set(all).size).toBe(all.length)
  expect(functionDefects.length).toBeGreaterThanOrEqual(25)
  expect(nodeDefects.length).toBeGreaterThanOrEqual(25)
})
