import { isHoldfastError } from '@holdfast/core'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Manifest } from '../src/manifest/types.js'
import { failing, faults, unsyncedDisk } from './failing.js'
import type { FailingDisk, Fault } from './failing.js'
import { scratchFolder } from './folder.js'
import { contentsOf, isState, openOn, script, statesOf } from './workload.js'
import type { Contents } from './workload.js'

/** Every call to the disk fails once in each way; with `HOLDFAST_FAULTS=all`, else every so many'th from a random one on. */
const stride = process.env['HOLDFAST_FAULTS'] === 'all' ? 1 : 25
const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.trunc(Math.random() * stride * 1000))

type Database = Awaited<ReturnType<typeof openOn>>

let states: readonly Contents[]
beforeAll(async () => {
  using folder = scratchFolder()
  states = await statesOf(() => openOn(unsyncedDisk(), folder.path))
})

/** The database says it with a code, and nothing that is whole is called damaged. */
async function refused(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return false
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    expect(['IO', 'LIMIT_EXCEEDED'], error.message).toContain(error.code)
    return true
  }
}

/** Which of two neighbouring states it is: that after so many steps, or one more. */
function placeOf(found: Contents, least: number, most: number): number {
  for (let place = most; place >= least; place--) if (isState(states, place, found)) return place
  expect(found, `the state after ${least} to ${most} steps`).toEqual(states[least])
  throw new Error('unreachable')
}

async function openTwice(disk: FailingDisk, path: string): Promise<Database> {
  let db: Database | undefined
  if (!(await refused(openOn(disk, path).then((opened) => (db = opened))))) return db!
  return await openOn(disk, path)
}

/** What is in the folder is what its manifest names, and nothing else. */
function expectNoLeftovers(path: string): void {
  const { journals, tables } = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')) as Manifest
  const named = [
    'lock',
    'manifest.json',
    ...journals.map(({ number }) => `journal-${String(number).padStart(6, '0')}.ndjson`),
  ]
  for (const { folder, rows, indexes } of tables) {
    named.push(folder, join(folder, 'table.yaml'))
    for (const { runs } of [rows, ...indexes.map((index) => index.rows)]) {
      for (const { segments, deletes } of runs) {
        for (const { number, format } of [...segments, ...deletes]) {
          const file = join(folder, String(number).padStart(6, '0'))
          named.push(`${file}.${format}`, `${file}.index.json`)
        }
      }
    }
  }
  expect(readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()).toEqual(named.sort())
}

/** What a process that ended here would have left, with another fault while it is opened, and then none. */
async function recovers(path: string, fault: Fault, second: number, least: number, most: number) {
  using folder = scratchFolder()
  const copy = join(folder.path, 'copy')
  cpSync(path, copy, { recursive: true })
  const disk = failing(unsyncedDisk(), second, fault)
  let db: Database | undefined
  if (!(await refused(openOn(disk, copy).then((opened) => (db = opened))))) {
    await refused(contentsOf(db!))
    await refused(db!.close())
  }
  await using healthy = await openOn(unsyncedDisk(), copy)
  const place = placeOf(await contentsOf(healthy), least, most)
  expectNoLeftovers(copy)
  for (const { run } of script.slice(place)) await run(healthy)
  placeOf(await contentsOf(healthy), script.length, script.length)
}

async function runWith(disk: FailingDisk, path: string, fault: Fault, n: number): Promise<void> {
  const db = await openTwice(disk, path)
  let done = 0
  let inDoubt = 0
  let stopped = false
  while (done < script.length && !stopped) {
    const { name, run } = script[done]!
    if (!(await refused(run(db)))) {
      done++
      continue
    }
    inDoubt = 1
    await recovers(path, fault, 1 + ((n * 7) % 23), done, done + 1)
    // The fault is over: what is read now is right.
    done = placeOf(await contentsOf(db), done, done + 1)
    if (done === script.length || script[done]!.name !== name) continue
    stopped = await refused(run(db))
    if (!stopped) {
      done++
      inDoubt = 0
    }
  }
  if (stopped) await expect(db.native.flush()).rejects.toMatchObject({ code: 'IO' })
  await refused(db.close())
  await using again = await openOn(unsyncedDisk(), path)
  placeOf(await contentsOf(again), done, Math.min(done + (stopped ? inDoubt : 0), script.length))
  expectNoLeftovers(path)
}

describe(`with one call to the disk failing (seed ${seed})`, () => {
  test.each(faults)(
    'by %s, all that was acknowledged is there, and nothing in part',
    async (fault) => {
      let cases = 0
      for (let n = 1 + (seed % stride); ; n += stride) {
        using folder = scratchFolder()
        const disk = failing(unsyncedDisk(), n, fault)
        try {
          await runWith(disk, folder.path, fault, n)
        } catch (error) {
          throw new Error(`${fault} at call ${n}`, { cause: error })
        }
        if (disk.calls < n) break
        cases++
      }
      expect(cases * stride).toBeGreaterThan(100)
    },
    600_000,
  )
})
