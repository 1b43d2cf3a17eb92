import { HoldfastError } from '@holdfast/core'
import type { Database, Transaction } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { itemRows, items, opened, openedWithItems } from './databases.js'
import { temporaryFile } from './files.js'

async function connectionsOf(database: Database): Promise<{ inUse: number; idle: number }> {
  const { engine } = await database.stats()
  return engine?.['connections'] as { inUse: number; idle: number }
}

/** Pairs of rows: what takes DuckDB many minutes, however many cores it has. */
const endless = (database: Pick<Database, 'table'>) => {
  const table = database.table(items)
  return table
    .join(table, (a, b) => a.name.ne(b.name))
    .where((a, b) => a.name.concat(b.name).contains('none of them'))
}

const rowsOfMany = 100_000

describe('after the call no connection is in use', () => {
  test('of streams, left early or read to the end', async () => {
    const database = await openedWithItems(10_000)
    for (let round = 0; round < 50; round++) {
      for await (const row of database.table(items).stream()) if (row.id === round * 100) break
    }
    let read = 0
    for await (const _ of database.table(items).stream()) read++
    expect(read).toBe(10_000)
    expect(await connectionsOf(database)).toEqual({ inUse: 0, idle: 1 })
  })

  test('of streams in which the caller fails', async () => {
    const database = await openedWithItems(10_000)
    const failing = async () => {
      for await (const row of database.table(items).stream()) if (row.id === 5000) throw new Error('enough')
    }
    await expect(failing()).rejects.toThrow('enough')
    expect(await connectionsOf(database)).toMatchObject({ inUse: 0 })
  })

  test('of a stream that is aborted', async () => {
    const database = await openedWithItems(rowsOfMany)
    const controller = new AbortController()
    const reading = async () => {
      for await (const row of database.table(items).stream({ signal: controller.signal })) {
        if (row.id === 3000) controller.abort()
      }
    }
    await expect(reading()).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await connectionsOf(database)).toMatchObject({ inUse: 0 })
  })

  test('of an aggregate that is aborted, at once or while DuckDB is in the middle of it', async () => {
    const database = await openedWithItems(rowsOfMany)
    for (const delay of [0, 0, 0, 1, 5, 20, 50]) {
      const controller = new AbortController()
      const counting = endless(database).count({ signal: controller.signal })
      setTimeout(() => controller.abort(), delay)
      await expect(counting).rejects.toMatchObject({ code: 'ABORTED' })
      // It is told only when DuckDB has stopped.
      expect(await connectionsOf(database)).toMatchObject({ inUse: 0 })
    }
    const aborted = new AbortController()
    const counting = endless(database).count({ signal: aborted.signal })
    await new Promise((resolve) => setImmediate(resolve))
    aborted.abort()
    await expect(counting).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await database.table(items).count()).toBe(rowsOfMany)
  })

  test('of SQL that is aborted', async () => {
    const database = await opened()
    const controller = new AbortController()
    const counting = database.sql({
      signal: controller.signal,
    })`select count(*) from range(100000) a, range(100000) b where a.range * b.range % 7 = 3`
    setTimeout(() => controller.abort(), 20)
    await expect(counting).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await connectionsOf(database)).toMatchObject({ inUse: 0 })
  })

  test('of writes that are aborted, which change nothing', async () => {
    const database = await openedWithItems(rowsOfMany)
    const table = database.table(items)
    for (const delay of [0, 5, 20]) {
      const controller = new AbortController()
      const { signal } = controller
      setTimeout(() => controller.abort(), delay)
      const results = await Promise.allSettled([
        table.put(
          itemRows(200_000, 50_000).map((row) => ({ ...row, name: 'new' })),
          { signal },
        ),
        table.where((row) => row.name.concat(row.name).length().gt(0)).update({ name: 'new' }, { signal }),
      ])
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'ABORTED' })
      }
      expect(await connectionsOf(database)).toMatchObject({ inUse: 0 })
      if (results.every(({ status }) => status === 'rejected')) {
        expect(await table.where((row) => row.name.eq('new')).count()).toBe(0)
      }
    }
  })

  test('of transactions that fail, are thrown out of, conflict or are aborted', async () => {
    const path = temporaryFile()
    const database = await openedWithItems(rowsOfMany, { path })
    const another = await opened({ path })
    const failures: readonly (readonly [message: RegExp, work: (tx: Transaction) => Promise<unknown>])[] = [
      [/^thrown$/, () => Promise.reject(new HoldfastError('INTERNAL', 'thrown'))],
      [/Conversion Error/, (tx) => tx.sql`select cast('x' as integer)`],
      [/already has a row/, (tx) => tx.table(items).insert({ id: 1, name: 'again' })],
      [
        /^enough$/,
        async (tx) => {
          for await (const row of tx.table(items).stream()) if (row.id === 5000) throw new Error('enough')
        },
      ],
      [
        /changed the same data/,
        async (tx) => {
          await tx.table(items).get(1)
          await another.native.run(
            "delete from items where id = 1; insert into items (id, name) values (1, 'again')",
          )
          await tx.table(items).delete(1)
        },
      ],
    ]
    for (const [message, failure] of failures) {
      await expect(database.transaction(failure)).rejects.toThrow(message)
      expect(await connectionsOf(database)).toMatchObject({ inUse: 0 })
    }
    const signal = AbortSignal.timeout(50)
    const aborted = database.transaction((tx) => endless(tx).count({ signal }), { signal })
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await connectionsOf(database)).toMatchObject({ inUse: 0 })
    expect(await database.table(items).count()).toBe(rowsOfMany)
  })
})

test('as many streams and transactions run side by side as are asked for, and few connections stay', async () => {
  const database = await openedWithItems(10_000, { connections: 3 })
  const firstRows = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      if (index % 2 === 0) return database.transaction((tx) => tx.table(items).get(index))
      for await (const row of database
        .table(items)
        .where((one) => one.id.ge(index))
        .stream())
        return row
      return undefined
    }),
  )
  expect(firstRows).toEqual(itemRows(60))
  expect(await connectionsOf(database)).toEqual({ inUse: 0, idle: 3 })
})
