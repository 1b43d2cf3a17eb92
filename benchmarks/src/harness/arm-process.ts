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
import type {
  ArmRequests,
  Assignment,
  CheckReply,
  CheckRequest,
  EndReply,
  RunReply,
  RunRequest,
} from './messages.ts'
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
/** Of the run at hand, or of the last one. */
let job: Job | undefined
let answer: unknown

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

  prepare,
  run,
  check,
  end,
}

async function prepare({ run: number }: ArmRequests['prepare']['request']): Promise<undefined> {
  const { step, assignment } = work
  const { rows, seed } = assignment.setting
  const asked = { rows, seed, run: number, given: undefined, lap: latencies.lap, took: latencies.took }
  job = { ...asked, given: await step.prepare?.(asked) }
  globalThis.gc?.()
}

async function run({ opens }: RunRequest): Promise<RunReply> {
  const { step, arm, assignment } = work
  const given = job!
  const isHot = given.run > 0
  opened?.rowsFetched?.()
  memory.begin()
  if (isHot) loop.begin()

  const before = process.cpuUsage()
  latencies.start()
  const start = performance.now()
  if (opens) opened = await arm.open(assignment.setting)
  const { session } = opened!
  answer = step.run(session, given)
  // A driver that answers at once waits for no promise. The queries of some libraries can be awaited without being one.
  if (isThenable(answer)) answer = await answer
  const time = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  memory.end()
  if (isHot) loop.end()

  if (isHot) latencies.keep()
  return { time, processor: (user + system) / 1000, rowsFetched: opened?.rowsFetched?.() ?? null }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function'

async function check({ content }: CheckRequest): Promise<CheckReply> {
  const { step } = work
  const { session } = opened!
  const digits = step.digits ?? allDigits
  const plain = step.plain === undefined ? answer : await step.plain(session, answer)
  answer = undefined
  const reply: CheckReply = {
    answer: hashAnswer(plain, { ordered: step.ordered ?? true, digits }),
    content:
      content && step.content !== undefined
        ? await hashContent(await step.content(session, job!), digits)
        : null,
  }
  await step.restore?.(session, job!)
  return reply
}

async function end(): Promise<EndReply> {
  const { step, assignment } = work
  await opened?.settle?.()
  const explanation: Explanation = (await opened?.explain?.(step.name)) ?? {}
  const peakMemory = memory.peak
  const diskSize = (await opened?.diskSize?.()) ?? (await sizeOf(assignment.setting.folder))
  const code = explanation.code ?? (job === undefined ? '' : shownCode(step, opened?.session, job))
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
  if (arm.kind !== 'holdfast' || opened === undefined || job === undefined) return {}
  const { session } = opened
  const next = { ...job, run: job.run + 1 }
  const given = await step.prepare?.(next)
  const { statements, plan } = await listen(() => step.run(session, { ...next, given }))
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
