import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { functionDefects, nodeDefects } from './defects.ts'

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
  const seed = Math.trunc(Math.random() * 1000)
  const { stdout } = await mutants('--sample', '8', '--seed', String(seed))
  expect(stdout, `seed ${seed}`).toContain(`8 defects of the evaluator, 0 survive, seed ${seed}`)
})

test('there are defects of functions and of nodes, each its own', () => {
  const all = [...functionDefects, ...nodeDefects].map(({ file, name }) => `${file} ${name}`)
  expect(new Set(all).size).toBe(all.length)
  expect(functionDefects.length).toBeGreaterThanOrEqual(25)
  expect(nodeDefects.length).toBeGreaterThanOrEqual(25)
})
