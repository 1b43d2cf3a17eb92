/**
 * Puts published data through typed tables on every embedded engine, asks each the same questions, and compares the answers.
 * Exits with 1 if any two engines disagree.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ora from 'ora'
import { readData } from './data.ts'
import { engines } from './engines.ts'
import { report } from './report.ts'
import { type EngineResult, runEngine } from './run.ts'

const progress = ora({ text: 'reading flights, airports, weather and movies' }).start()
const folder = await mkdtemp(join(tmpdir(), 'holdfast-quickstart-'))
try {
  const data = await readData()
  const results: EngineResult[] = []
  for (const { name, backend } of engines(folder)) {
    results.push(await runEngine(name, backend, data, (step) => (progress.text = `${name}: ${step}`)))
  }
  progress.stop()
  const { text, agreed } = report(results)
  console.log(text)
  console.log(
    agreed ? '\nAll engines gave the same answers.' : '\nThe engines disagree: see the rows marked NO.',
  )
  if (!agreed) process.exitCode = 1
} finally {
  progress.stop()
  await rm(folder, { recursive: true, force: true })
}
