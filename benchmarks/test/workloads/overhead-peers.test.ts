import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Arm } from '../../src/contract/arm.ts'
import type { Job, Step } from '../../src/contract/workload.ts'
import { betterSqlite3 } from '../../src/workloads/overhead/arms/better-sqlite3.ts'
import { peers } from '../../src/workloads/overhead/arms/peers.ts'
import type { OverheadSession } from '../../src/workloads/overhead/session.ts'
import { steps } from '../../src/workloads/overhead/steps.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-peers-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe.each(peers.map((arm) => ({ arm, name: `${arm.name} on ${arm.engine}` })))('$name', ({ arm }) => {
  test.each(steps.map((step) => ({ step, name: step.name })))('$name', async ({ step }) => {
    const answer = await answers(arm, step)
    expect(answer).toEqual(await answers(betterSqlite3, step))
  })
})

async function answers(arm: Arm<OverheadSession>, step: Step<OverheadSession>) {
  const setting = {
    folder: await mkdtemp(join(folder, 'arm-')),
    rows: 1000,
    seed: 1,
    loaded: step.start === 'loaded',
  }
  const { session, close, settle } = await arm.open(setting)
  const found: unknown[] = []
  for (let run = 0; run < 2; run++) {
    const job: Job = { ...setting, run, given: undefined, lap: () => undefined, took: () => undefined }
    const given = { ...job, given: step.prepare?.(job) }
    const answer = await step.run(session, given)
    found.push(step.plain === undefined ? answer : step.plain(session, answer))
    if (step.content !== undefined) {
      const rows = []
      for await (const row of (await step.content(session, given)) as AsyncIterable<object>) rows.push(row)
      found.push(rows)
    }
    await step.restore?.(session, given)
  }
  await settle?.()
  await close()
  return found
}
