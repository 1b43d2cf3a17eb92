import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** Runs a script in a process of its own; gives what it said by `report`. */
export async function runChild<Report>(script: URL, settings: object): Promise<Report> {
  const child = spawn(process.execPath, ['--expose-gc', script.pathname], {
    // Not as arguments, which everybody can read.
    env: { ...process.env, [variable]: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const output = await text(child.stdout)
  const [code] = (await closed) as [number | null]
  if (code !== 0) throw new Error('A part of the run failed: no figure of it counts.')
  return JSON.parse(output) as Report
}

const variable = 'HOLDFAST_BENCHMARK'

/** What the parent wants of this process. */
export function givenSettings<Settings>(): Settings {
  const given = process.env[variable]
  if (given === undefined) throw new Error('This script is started by another one.')
  return JSON.parse(given) as Settings
}

export function report(figures: object): void {
  process.stdout.write(JSON.stringify(figures))
}

/** The most memory that this process has held so far, MB. */
export function peakMemory(): number {
  return process.resourceUsage().maxRSS / 1024
}
