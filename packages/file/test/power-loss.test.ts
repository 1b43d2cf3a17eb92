import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { scratchFolder } from './folder.js'
import { chooser, LosingDisk } from './losing.js'
import type { Choose } from './losing.js'
import { contentsOf, isState, openOn, script, statesOf } from './workload.js'
import type { Contents } from './workload.js'

const rounds = Number(process.env['HOLDFAST_POWER_LOSSES'] ?? 60)
const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.trunc(Math.random() * 2 ** 30))

type Database = Awaited<ReturnType<typeof openOn>>

let states: readonly Contents[]
beforeAll(async () => {
  using folder = scratchFolder()
  states = await statesOf(() => openOn(new LosingDisk().session(Infinity), folder.path))
})

function placeOf(found: Contents, least: number): number {
  for (const place of [least + 1, least]) if (isState(states, place, found)) return place
  expect(found, `the state after ${least} steps or one more`).toEqual(states[least])
  throw new Error('unreachable')
}

/** Runs the rest of the script until the disk is lost, and gives how many steps were acknowledged. */
async function runUntilLost(
  disk: LosingDisk,
  path: string,
  calls: number,
  done: number,
): Promise<{ done: number; whole: boolean }> {
  let db: Database | undefined
  let ended = false
  try {
    db = await openOn(disk.session(calls), path)
    // What is there is exactly what was acknowledged, or with what was under way.
    done = placeOf(await contentsOf(db), done)
    for (const { run } of script.slice(done)) {
      await run(db)
      done++
    }
    ended = true
  } catch (error) {
    expect((error as { code?: string }).code, String(error)).toBe('IO')
  } finally {
    await db?.close().catch(() => (ended = false))
  }
  return { done, whole: ended }
}

/** Power is lost, or the process killed, again and again, until the script has come to its end. */
async function round(choose: Choose): Promise<void> {
  using folder = scratchFolder()
  const path = join(folder.path, 'in', 'db')
  // Only the lock lies there.
  mkdirSync(path, { recursive: true })
  let disk = new LosingDisk()
  let done = 0
  for (let whole = false; !whole;) {
    ;({ done, whole } = await runUntilLost(disk, path, 1 + choose(220), done))
    if (choose(3) > 0) disk = disk.lost(choose)
  }
  const db = await openOn(disk.lost(choose).session(Infinity), path)
  expect(await contentsOf(db)).toEqual(states.at(-1))
  await db.close()
}

describe(`a loss of power (seed ${seed})`, () => {
  test('keeps everything that was acknowledged, each transaction whole', async () => {
    for (let index = 0; index < rounds; index++) {
      try {
        await round(chooser(seed + index))
      } catch (error) {
        throw new Error(`HOLDFAST_SEED=${seed + index}`, { cause: error })
      }
    }
  }, 600_000)
})
