import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { places } from './engines.ts'
import { readResults, staleFiles, writeFiles, writeResults } from './files.ts'
import { measure } from './measure.ts'
import { readSupportOptions, usage } from './options.ts'
import type { SupportOptions } from './options.ts'
import type { EngineSupport } from './types.ts'

const options = optionsOrUsage()
if (options.check) check()
else if (options.render) writeFiles(readResults())
else await measureAll(options)

function check(): void {
  const stale = staleFiles(readResults())
  for (const path of stale)
    console.error(`${path} is not what conformance/support.json says: run pnpm support.`)
  process.exitCode = stale.length === 0 ? 0 : 1
}

/** Nothing is written unless every engine that was asked for gave the right answers. */
async function measureAll({ engines, ...effort }: SupportOptions): Promise<void> {
  console.log(`seed ${effort.seed}, ${engines.join(', ')}`)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-support-'))
  const found: Record<string, EngineSupport> = { ...readResults().engines }
  try {
    for (const name of engines)
      found[name] = await measure(name, folder, effort, (line) => console.error(line))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const inOrder = Object.keys(places).flatMap((name) =>
    found[name] === undefined ? [] : [[name, found[name]]],
  )
  const support = { engines: Object.fromEntries(inOrder) as Record<string, EngineSupport> }
  // First what may fail, so that the results never stand there without their files.
  writeFiles(support)
  writeResults(support)
}

function optionsOrUsage(): SupportOptions {
  try {
    return readSupportOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
}
