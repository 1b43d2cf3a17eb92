import { count, integer, open, table } from '@holdfast/core'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { duckdb } from '../src/index.js'
import { temporaryFile } from './files.js'

const events = table(
  'events',
  { id: integer().primaryKey(), account: integer() },
  { indexes: [{ columns: ['account'] }] },
)

/** A process that inserts rows into the table and is killed at once. */
async function killedWriter(path: string, first: number): Promise<void> {
  const driver = createRequire(import.meta.url).resolve('@duckdb/node-api')
  const script = `require(${JSON.stringify(driver)}).DuckDBInstance.create(${JSON.stringify(path)}).then(async (instance) => {
    const connection = await instance.connect()
    await connection.run('INSERT INTO events SELECT ${first} + range, range % 7 FROM range(3000)')
    process.kill(process.pid, 'SIGKILL')
  })`
  const child = spawn(process.execPath, ['-e', script], { stdio: 'inherit' })
  const [, signal] = (await once(child, 'exit')) as [unknown, string | null]
  expect(signal).toBe('SIGKILL')
}

test('what is recovered after a process was killed is in the secondary indexes too', async () => {
  const path = temporaryFile()
  const opening = () => open(duckdb({ path }))
  const made = await opening()
  await made.ensure(events)
  await made.close()
  for (let round = 1; round <= 2; round++) {
    await killedWriter(path, round * 10_000)
    // Recovered, read and closed: DuckDB itself would now forget the rows in the index.
    const recovered = await opening()
    expect(await recovered.table(events).count()).toBe(3000 * round)
    await recovered.close()

    const database = await opening()
    const [found] = await database
      .table(events)
      .where((row) => row.account.eq(3))
      .select(() => ({ rows: count() }))
      .all()
    expect(found).toEqual({ rows: 429 * round })
    await database.close()
  }
  const database = await opening()
  expect(await database.table(events).clear()).toBe(6000)
  await database.close()
})
