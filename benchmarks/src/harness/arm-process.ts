/** The process of one arm: does what its parent asks, one request at a time, and times nothing but the work. */

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Arm, Explanation, Opened } from '../contract/arm.ts'
import type { AnyWorkload, Job, Step } from '../contract/workload.ts'
import { hashAnswer, hashContent } from './answer.ts'
import { findArm, loadPlugin, loadWorkload } from './arms.ts'
import { shownCode } from './code.ts'
import { Latencies } from './latencies.ts'
import { listen } from './listening.ts'
import { LoopHold } from './loop-hold.ts'
import { MemoryPeak } from './memory-peak.ts'
import type { ArmRequests, Assignment, EndReply, RunReply, RunRequest } from './messages.ts'
import { serve } from './serve.ts'
import type { Handlers } from './serve.ts'

const allDigits = 17

interface Work {
  readonly workload: AnyWorkload
  readonly step: Step<unknown>
  readonly arm: Arm<unknown>
  readonly assignment: Assignment
}

const latencies = new Latencies()
const memory = new MemoryPeak()
const loop = new LoopHold()
let work: Work
let opened: Opened<unknown> | undefined
let lastJob: Job | undefined

const handlers: Handlers<ArmRequests> = {
  async name({ module, folder }) {
    const plugin = await loadPlugin(module)
    const backend = await plugin.backend({ folder, rows: 0, seed: 0, loaded: false })
    return backend.name
  },

  async assign(assignment) {
    const workload = await loadWorkload(assignment.workload)
    const step = workload.steps.find(({ name }) => name === assignment.step)!
    work = { workload, step, arm: await findArm(workload, assignment.arm), assignment }
    return undefined
  },

  async open() {
    opened = await work.arm.open(work.assignment.setting)
    return undefined
  },

  run,
  end,
}

async function run({ run: number, opens, content }: RunRequest): Promise<RunReply> {
  const { step, arm, assignment } = work
  const { rows, seed } = assignment.setting
  const job = { rows, seed, run: number, given: undefined, lap: latencies.lap, took: latencies.took }
  const given: Job = { ...job, given: await step.prepare?.(job) }
  lastJob = given
  opened?.rowsFetched?.()
  globalThis.gc?.()
  memory.begin()
  if (number > 0) loop.begin()

  const before = process.cpuUsage()
  latencies.start()
  const start = performance.now()
  if (opens) opened = await arm.open(assignment.setting)
  const { session } = opened!
  let answer = step.run(session, given)
  // A driver that answers at once waits for no promise.
  if (answer instanceof Promise) answer = await answer
  const time = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  memory.end()
  if (number > 0) loop.end()

  if (number > 0) latencies.keep()
  const rowsFetched = opened?.rowsFetched?.() ?? null
  const digits = step.digits ?? allDigits
  const plain = step.plain === undefined ? answer : await step.plain(session, answer)
  const reply: RunReply = {
    time,
    processor: (user + system) / 1000,
    answer: hashAnswer(plain, { ordered: step.ordered ?? true, digits }),
    content:
      content && step.content !== undefined
        ? await hashContent(await step.content(session, given), digits)
        : null,
    rowsFetched,
  }
  await step.restore?.(session, given)
  return reply
}

async function end(): Promise<EndReply> {
  const { step, assignment } = work
  await opened?.settle?.()
  const explanation: Explanation = (await opened?.explain?.(step.name)) ?? {}
  const peakMemory = memory.peak
  const diskSize = (await opened?.diskSize?.()) ?? (await sizeOf(assignment.setting.folder))
  const code = explanation.code ?? (lastJob === undefined ? '' : shownCode(step, opened?.session, lastJob))
  const { sql, plan } = { ...(explanation.sql === undefined ? await heard() : {}), ...explanation }
  await opened?.close()
  return {
    diskSize: diskSize === 0 ? null : diskSize,
    peakMemory,
    growth: memory.growth ?? null,
    longestHold: loop.longest,
    latency: latencies.summary() ?? null,
    code,
    sql: sql ?? null,
    plan: plan ?? null,
  }
}

/** What Holdfast has its engine run for the step: it does it once more. */
async function heard(): Promise<Explanation> {
  const { step, arm } = work
  if (arm.kind !== 'holdfast' || opened === undefined || lastJob === undefined) return {}
  const { session } = opened
  const job = { ...lastJob, run: lastJob.run + 1 }
  const given = await step.prepare?.(job)
  const { statements, plan } = await listen(() => step.run(session, { ...job, given }))
  return {
    ...(statements.length > 0 && { sql: statements.join(';\n\n') }),
    ...(plan !== null && { plan }),
  }
}

/** Bytes of all files in a folder. */
async function sizeOf(folder: string): Promise<number> {
  let size = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) size += (await stat(join(entry.parentPath, entry.name))).size
  return size
}

serve(handlers)
