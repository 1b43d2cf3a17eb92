import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Server } from '@holdfast/postgres-server'
import pg from 'pg'
import type { Arm, EngineName, Setting } from '../../src/contract/arm.ts'
import { canonicalText } from '../../src/harness/answer.ts'
import type { Job, Step } from '../../src/contract/workload.ts'

const rows = 1000

/**
 * What an arm makes of steps: under the name of each its answer and, where it changes any, the rows that are there then, as
 * texts that are the same for all that means the same. Steps
 * with the same start have one database, one after the other.
 */
export async function answersOf<Session>(
  arm: Arm<Session>,
  steps: readonly Step<Session>[],
  server: Server,
): Promise<Map<string, string[]>> {
  const answers = new Map<string, string[]>()
  for (const start of ['loaded', 'empty'] as const) {
    const there = steps.filter((step) => step.start === start)
    if (there.length === 0) continue
    await inPlace(arm.engine, server, async (place) => {
      const setting: Setting = { ...place, rows, seed: 1, loaded: start === 'loaded' }
      const opened = await arm.open(setting)
      try {
        for (const step of there) answers.set(step.name, await answersOfStep(opened.session, step, setting))
      } finally {
        await opened.close()
      }
    })
  }
  return answers
}

async function answersOfStep<Session>(
  session: Session,
  step: Step<Session>,
  setting: Setting,
): Promise<string[]> {
  const asked: Job = { ...setting, run: 0, given: undefined, lap: () => undefined, took: () => undefined }
  const job: Job = { ...asked, given: step.prepare?.(asked) }
  const answer = await step.run(session, job)
  const plain = step.plain === undefined ? answer : step.plain(session, answer)
  const found: unknown[] = Array.isArray(plain) ? plain : [plain]
  if (step.content !== undefined) {
    for await (const row of (await step.content(session, job)) as AsyncIterable<object>) found.push(row)
  }
  await step.restore?.(session, job)
  return found.map((row) => canonicalText(row, step.digits))
}

type Place = Pick<Setting, 'folder' | 'server'>

/** A folder and, where the arm needs it, a schema, which are gone afterwards. */
async function inPlace(
  engine: EngineName,
  server: Server,
  work: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-arm-'))
  try {
    if (engine !== 'postgres') return await work({ folder })
    const schema = server.freshSchema()
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    await client.query(`create schema "${schema}"`)
    await client.end()
    await work({ folder, server: { url: server.url, schema } })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
