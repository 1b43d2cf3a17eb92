/**
 * Puts published data through typed tables on every engine, asks each the same questions, and compares the answers.
 * Exits with 1 if any two engines disagree.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ora from 'ora'
import { readData } from './data.ts'
import { engines, serverOrReason } from './engines.ts'
import { report } from './report.ts'
import { type EngineResult, runEngine } from './run.ts'

const progress = ora('starting PostgreSQL').start()
const { server, reason } = await serverOrReason()
const folder = await mkdtemp(join(tmpdir(), 'holdfast-quickstart-'))
try {
  progress.text = 'reading flights, airports, weather and movies'
  const data = await readData()
  const results: EngineResult[] = []
  for (const { name, backend } of engines(folder, server)) {
    results.push(await runEngine(name, backend, data, (step) => (progress.text = `${name}: ${step}`)))
  }
  progress.stop()
  const { text, agreed } = report(results)
  console.log(text)
  if (reason !== undefined) {
    console.log(
      `\nPostgreSQL was left out. ${reason}\nSet DATABASE_URL to the URL of a server to compare it too.`,
    )
  }
  console.log(
    agreed ? '\nAll engines gave the same answers.' : '\nThe engines disagree: see the rows marked NO.',
  )
  if (!agreed) process.exitCode = 1
} finally {
  progress.stop()
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
}
