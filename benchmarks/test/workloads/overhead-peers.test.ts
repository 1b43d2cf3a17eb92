/** Each library does each step as the bare driver does, with the same answer and the same rows afterwards, or says that it cannot. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findServer, type Server } from '@holdfast/postgres-server'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Arm, Setting } from '../../src/contract/arm.ts'
import type { Job, Step } from '../../src/contract/workload.ts'
import { betterSqlite3 } from '../../src/workloads/overhead/arms/better-sqlite3.ts'
import { peers } from '../../src/workloads/overhead/arms/peers.ts'
import type { OverheadSession } from '../../src/workloads/overhead/session.ts'
import { steps } from '../../src/workloads/overhead/steps.ts'

let folder: string
let server: Server
let client: pg.Client

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-peers-'))
  server = await findServer()
  client = new pg.Client({ connectionString: server.url })
  await client.connect()
})

afterAll(async () => {
  await client.end()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

describe.each(peers.map((arm) => ({ arm, name: `${arm.name} on ${arm.engine}` })))('$name', ({ arm }) => {
  const can = steps.filter(({ name }) => arm.lacks?.[name] === undefined)

  test('lacks only what is a step', () => {
    expect(steps.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(arm.lacks ?? {})))
  })

  test.each(can.map((step) => ({ step, name: step.name })))('$name', async ({ step }) => {
    expect(await answersOf(arm, step)).toEqual(await expectedOf(step))
  })
})

const expected = new Map<string, Promise<unknown>>()

function expectedOf(step: Step<OverheadSession>): Promise<unknown> {
  const answers = expected.get(step.name) ?? answersOf(betterSqlite3, step)
  expected.set(step.name, answers)
  return answers
}

/** The answers, and the rows afterwards, of two runs. */
async function answersOf(arm: Arm<OverheadSession>, step: Step<OverheadSession>): Promise<unknown[]> {
  const setting = await settingOf(arm, step)
  const { session, close } = await arm.open(setting)
  try {
    const found = []
    for (let run = 0; run < 2; run++) {
      const asked = { ...setting, run, lap: () => undefined, took: () => undefined }
      const job: Job = { ...asked, given: step.prepare?.({ ...asked, given: undefined }) }
      const answer = await step.run(session, job)
      found.push(step.plain === undefined ? answer : step.plain(session, answer))
      if (step.content !== undefined) found.push(await rowsOf(await step.content(session, job)))
      await step.restore?.(session, job)
    }
    return found
  } finally {
    await close()
  }
}

let schemas = 0

async function settingOf(
  { engine }: Arm<OverheadSession>,
  { start }: Step<OverheadSession>,
): Promise<Setting> {
  const setting = {
    folder: await mkdtemp(join(folder, 'arm-')),
    rows: 1000,
    seed: 1,
    loaded: start === 'loaded',
  }
  if (engine !== 'postgres') return setting
  const schema = `peers_${schemas++}`
  await client.query(`create schema ${schema}`)
  return { ...setting, server: { url: server.url, schema } }
}

async function rowsOf(rows: AsyncIterable<object> | Iterable<object>): Promise<object[]> {
  const found = []
  for await (const row of rows) found.push(row)
  return found.toSorted((left, right) => (left as { id: number }).id - (right as { id: number }).id)
}
