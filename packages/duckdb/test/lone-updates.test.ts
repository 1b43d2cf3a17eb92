import { integer, table } from '@holdfast/core'
import type { Transaction } from '@holdfast/core'
import fc from 'fast-check'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { opened } from './databases.js'
import { temporaryFile } from './files.js'

const pairs = table('pairs', { id: integer().primaryKey(), left: integer(), right: integer() })

type Database = Awaited<ReturnType<typeof opened>>

/** Ways to set `left` of the row, outside of transactions. */
const updates = {
  patch: (database: Database, left: number) => database.table(pairs).patch(1, { left }),
  'update where': (database: Database, left: number) =>
    database
      .table(pairs)
      .where((row) => row.id.eq(1))
      .update({ left }),
}

/** Ways to add one to `right` of the row as the transaction has read it. */
const additions = {
  patch: (tx: Transaction, row: Row) => tx.table(pairs).patch(1, { right: row.right + 1 }),
  'update where': (tx: Transaction, row: Row) =>
    tx
      .table(pairs)
      .where(({ id }) => id.eq(1))
      .update({ right: row.right + 1 }),
  put: (tx: Transaction, row: Row) => tx.table(pairs).put({ ...row, right: row.right + 1 }),
  'delete and insert': async (tx: Transaction, row: Row) => {
    await tx.table(pairs).delete(1)
    await tx.table(pairs).insert({ ...row, right: row.right + 1 })
  },
}

interface Row {
  readonly id: number
  readonly left: number
  readonly right: number
}

const pauses = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 20 })
const client = fc.record({
  addition: fc.constantFrom(...(Object.keys(additions) as (keyof typeof additions)[])),
  pauses,
})
const run = fc.record({
  update: fc.constantFrom(...(Object.keys(updates) as (keyof typeof updates)[])),
  pauses,
  clients: fc.array(client, { minLength: 1, maxLength: 2 }),
})

const pause = (milliseconds: number) => (milliseconds === 0 ? undefined : delay(milliseconds))

test('no update outside of transactions is lost beside one that changes the same row, nor loses what that does', async () => {
  const path = temporaryFile()
  const database = await opened({ path })
  const another = await opened({ path })
  await database.ensure(pairs)
  await fc.assert(
    fc.asyncProperty(run, async (given) => {
      await database.table(pairs).put({ id: 1, left: 0, right: 0 })
      const updating = async () => {
        let left = 0
        for (const before of given.pauses) {
          await pause(before)
          // Beside a transaction it may be told that they have met too often.
          const told = await updates[given.update](database, left + 1).then(() => true, isConflict)
          if (told) left++
        }
        return left
      }
      const adding = async ({ addition, pauses: waits }: (typeof given.clients)[number]) => {
        let done = 0
        for (const [index, between] of waits.entries()) {
          await pause(waits.at(index - 1)!)
          await another
            .transaction(async (tx) => {
              const row = await tx.table(pairs).require(1)
              await pause(between)
              await additions[addition](tx, row)
              await pause(between)
            })
            .then(() => done++, isConflict)
        }
        return done
      }
      const [left, ...added] = await Promise.all([updating(), ...given.clients.map(adding)])
      const right = added.reduce((total, count) => total + count, 0)
      expect(await database.table(pairs).get(1)).toEqual({ id: 1, left, right })
    }),
    { numRuns: 30 },
  )
}, 60_000)

test('a transaction that is begun while an update of many rows goes on loses none of it', async () => {
  const database = await opened({ path: temporaryFile() })
  await database.ensure(pairs)
  const rows = Array.from({ length: 200_000 }, (_, id) => ({ id, left: 0, right: 0 }))
  await database.table(pairs).insert(rows)
  const last = rows.at(-1)!.id
  for (const after of [0, 2, 5, 10]) {
    const left = after + 1
    const updating = database.table(pairs).query().update({ left })
    await delay(after)
    await database
      .transaction(async (tx) => {
        const row = await tx.table(pairs).require(last)
        await updating
        await tx.table(pairs).put({ ...row, right: left })
      })
      .catch(isConflict)
    expect(await database.table(pairs).require(last)).toMatchObject({ left })
  }
})

/** False for a conflict; any other failure is passed on. */
function isConflict(error: unknown): false {
  expect(error).toMatchObject({ code: 'CONFLICT' })
  return false
}
