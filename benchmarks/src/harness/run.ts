import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CellFailure, startArm } from './process-client.ts'
import { currentLoad, machineFacts } from './machine.ts'
import type { BenchmarkOptions, BenchmarkResult, ProgressEvent } from './options.ts'
import { Places } from './places.ts'
import { unitsOf } from './plan.ts'
import { randomFrom } from './random.ts'
import { cellsOf, linesOf, recordsOf } from './record.ts'
import type { StepResult } from './record.ts'
import { redact } from './redact.ts'
import { refusal } from './refusal.ts'
import { writeRecords } from './results.ts'
import { planRun } from './select.ts'
import type { Plugin } from './select.ts'
import { runStep } from './step.ts'
import type { Outcome } from './step.ts'

export const defaults = { runs: 10, seed: 42, timeLimit: 60 } as const

/** How many times as often work is repeated that is very short, unless the number of runs is given. */
const mostRepetitions = 5
/** Of long work in a run that is not to take hours. */
const fewestRuns = 5

/**
 * Runs workloads in all their arms and checks every answer. Each arm of each step is a process of its own; they take turns.
 *
 * @returns a record for each engine; a cell without a right answer is null there, and has its reason
 * @throws HoldfastError INVALID_ARGUMENT for an option that is not acceptable, CONNECTION_FAILED when the server that
 * DATABASE_URL names cannot be reached, ABORTED by `signal`: what was finished is written before, as partial
 */
export async function runBenchmarks(options: BenchmarkOptions = {}): Promise<BenchmarkResult> {
  await checkOptions(options)
  const { seed = defaults.seed, timeLimit = defaults.timeLimit } = options
  const runs = options.runs ?? defaults.runs
  const most = options.runs ?? runs * mostRepetitions
  const fewest = options.runs ?? (options.full === true ? runs : fewestRuns)
  const report = options.onProgress ?? (() => undefined)
  const signal = options.signal ?? new AbortController().signal
  const started = performance.now()
  const places = new Places(signal)
  const machine = machineFacts()
  const loadBefore = currentLoad()
  const date = new Date().toISOString()
  const results: StepResult[] = []
  const kept = async (partial: boolean) => {
    const records = recordsOf(results, {
      ...{ date, seed },
      commit: await currentCommit(),
      machine: { ...machine, load: [loadBefore, currentLoad()] as const },
      ...(partial && { partial }),
    })
    return { records, files: options.out === undefined ? [] : await writeRecords(records, options.out) }
  }
  try {
    const plugins = await namePlugins(options.backends ?? [], places, timeLimit, signal)
    const planned = await planRun(options, plugins)
    if (planned.length === 0)
      throw await refusal('INVALID_ARGUMENT', 'No arm of any workload fits these options: leave some out.')
    report({
      type: 'planned',
      steps: planned.length,
      units: planned.reduce((sum, step) => sum + unitsOf(step, runs), 0),
    })
    const random = randomFrom(seed)
    let done = 0
    for (const step of planned) {
      const { key } = step
      report({ type: 'step', key, title: `${step.workload.name}: ${step.step.title}` })
      let units = 0
      const outcomes = await runStep(step, {
        ...{ seed, random, timeLimit, places, signal },
        runs: { usual: runs, most, fewest },
        onUnit: (arm) => {
          units += 1
          report({
            type: 'unit',
            key,
            arm: arm === undefined ? 'reference' : armText(arm),
            done: done + units,
          })
        },
      })
      done += unitsOf(step, runs)
      const address = await places.address()
      const result = { planned: step, outcomes: outcomes.map((outcome) => shown(outcome, address)) }
      results.push(result)
      reportCells(result, report)
    }
    return { ...(await kept(false)), steps: results.flatMap(linesOf) }
  } catch (error) {
    if (!signal.aborted) throw error
    const { files } = await kept(true)
    throw await refusal('ABORTED', `The run was ended early; ${finishedText(results.length, files)}`, error)
  } finally {
    report({ type: 'ended', seconds: (performance.now() - started) / 1000 })
    await places.end()
  }
}

const finishedText = (steps: number, files: readonly string[]): string =>
  files.length === 0
    ? 'nothing of it was written.'
    : `the steps that were finished (${steps}) are written as a partial result: ${files.join(', ')}`

const armText = ({ engine, name }: { readonly engine: string; readonly name: string }): string =>
  `${engine}, ${name}`

function reportCells(result: StepResult, report: (event: ProgressEvent) => void): void {
  for (const { arm, cell, reason } of cellsOf(result)) {
    const { key } = result.planned
    report({
      ...{ type: 'cell', key, engine: arm.engine, arm: arm.name, cell },
      ...(reason !== undefined && { reason }),
    })
  }
}

/** Nothing that leads to the server leaves this process. */
function shown(outcome: Outcome, address: string | undefined): Outcome {
  if ('reason' in outcome) return { ...outcome, reason: redact(outcome.reason, address) }
  const { code, sql, plan } = outcome.end
  const text = (value: string | null) => (value === null ? null : redact(value, address))
  return {
    ...outcome,
    end: { ...outcome.end, code: redact(code, address), sql: text(sql), plan: text(plan) },
  }
}

async function checkOptions(options: BenchmarkOptions): Promise<void> {
  const { runs, seed, timeLimit, rows } = options
  const wrong =
    (runs !== undefined && !(Number.isInteger(runs) && runs >= 1) && 'runs: at least 1') ||
    (seed !== undefined && !Number.isInteger(seed) && 'seed: an integer') ||
    (timeLimit !== undefined && !(timeLimit > 0) && 'timeLimit: seconds, more than 0') ||
    (rows !== undefined &&
      !rows.every((count) => Number.isInteger(count) && count > 0) &&
      'rows: integers above 0')
  if (wrong !== false) throw await refusal('INVALID_ARGUMENT', `Not acceptable: ${wrong}.`)
}

/** Asks each plugin, in a process of its own, what its backend is called. */
async function namePlugins(
  modules: readonly string[],
  places: Places,
  timeLimit: number,
  signal: AbortSignal,
): Promise<Plugin[]> {
  const plugins: Plugin[] = []
  for (const module of modules) {
    const client = startArm(signal)
    const place = await places.make(false)
    try {
      plugins.push({ module, name: await client.ask('name', { module, folder: place.folder }, timeLimit) })
    } catch (error) {
      if (!(error instanceof CellFailure)) throw error
      throw await refusal('INVALID_ARGUMENT', `The backend ${module} cannot be used: ${error.message}`)
    } finally {
      client.kill()
      await client.close()
      await place.remove()
    }
  }
  return plugins
}

/** Of the checkout that this runs from; null for an installed package, whose version says as much. */
async function currentCommit(): Promise<string | null> {
  if (!import.meta.url.endsWith('.ts')) return null
  const git = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)('git', args, { cwd: import.meta.dirname })
    return stdout.trim()
  }
  try {
    const commit = await git('rev-parse', 'HEAD')
    return (await git('status', '--porcelain', '--untracked-files=no')) === '' ? commit : `${commit}-changed`
  } catch {
    return null
  }
}
