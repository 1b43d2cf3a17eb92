import { open } from '@holdfast/core'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runCrashes } from './crash.ts'
import { durableEngines } from './durable.ts'
import { apply, emptyModel, events, workOf } from './transactions.ts'

const seed = Math.trunc(Math.random() * 2 ** 31)

describe(`a process that is killed (seed ${seed})`, () => {
  test.each(Object.keys(durableEngines))('leaves exactly what %s acknowledged', async (engine) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-crash-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const result = await runCrashes({ engine, path: join(folder, 'db'), rounds: 8, seed }, () => undefined)
    expect(result.failure).toBeUndefined()
    expect(result.rounds).toBe(8)
    expect(result.acknowledged).toBeGreaterThan(0)
  })
})

test('what nobody wrote is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-crash-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'db')
  const database = await open(await durableEngines['sqlite']!.backend(path))
  await database.ensure(events)
  await database.table(events).insert({ id: 999_999_999, account: 1, note: 'stray' })
  await database.close()
  const { failure } = await runCrashes({ engine: 'sqlite', path, rounds: 2, seed }, () => undefined)
  expect(failure).toContain('1 events should not be there: 999999999')
})

test('a transaction is the same whenever it is asked for', () => {
  for (const alone of [true, false]) {
    const [one, other] = [emptyModel(), emptyModel()]
    for (let number = 0; number < 50; number += 1) {
      apply(one, workOf(seed, number, alone))
      apply(other, workOf(seed, number, alone))
    }
    expect(one).toEqual(other)
    expect(one.events.size).toBeGreaterThan(50)
  }
})
