import { integer, isHoldfastError, table, text } from '@holdfast/core'
import { assert, asyncProperty, array, boolean, integer as anyInteger, uniqueArray } from 'fast-check'
import { expect, test } from 'vitest'
import { itemRows, items, opened, openedWithItems } from './databases.js'

const parts = table('parts', {
  group: text().primaryKey(),
  number: integer().primaryKey(),
  weight: integer(),
})

type Part = { group: string; number: number; weight: number }

const code = (error: unknown) => (isHoldfastError(error) ? error.code : String(error))

const keys = array(anyInteger({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 })

test('batches in a transaction are wholly there or refused, whatever the order of their keys', async () => {
  const batches = array(
    keys.chain((ids) => boolean().map((sorts) => (sorts ? ids.toSorted(ascending) : ids))),
    {
      maxLength: 6,
    },
  )
  await assert(
    asyncProperty(
      uniqueArray(anyInteger({ min: 0, max: 60 }), { maxLength: 5 }),
      batches,
      async (there, given) => {
        const database = await openedWithItems(0, { path: ':memory:' })
        const table = database.table(items)
        const expected = new Map(there.map((id) => [id, 'there']))
        await table.insert(there.map((id) => ({ id, name: 'there' })))
        await database.transaction(async (tx) => {
          for (const [index, ids] of given.entries()) {
            const rows = ids.map((id) => ({ id, name: `batch ${index}` }))
            const free = new Set(ids).size === ids.length && !ids.some((id) => expected.has(id))
            const outcome = await tx
              .table(items)
              .insert(rows)
              .then(() => 'done', code)
            expect(outcome).toBe(free ? 'done' : 'DUPLICATE_KEY')
            if (free) for (const { id, name } of rows) expected.set(id, name)
          }
        })
        const found = (await table.all()).map(({ id, name }) => [id, name])
        expect(found).toEqual([...expected].toSorted(([left], [right]) => left - right))
        await database.close()
      },
    ),
    { numRuns: 60 },
  )
})

test('so are batches of keys of two columns', async () => {
  const database = await opened()
  await database.ensure(parts)
  const batch = (group: string, from: number, count = 5): Part[] =>
    Array.from({ length: count }, (_, index) => ({ group, number: from + index, weight: index }))
  await database.transaction(async (tx) => {
    const table = tx.table(parts)
    await table.insert([...batch('a', 0), ...batch('c', 0)])
    await table.insert(batch('b', 0))
    // In the first column within the range of what is there, in both beyond it.
    await table.insert(batch('c', 5))
    expect(await table.insert(batch('c', 9)).catch(code)).toBe('DUPLICATE_KEY')
    await table.insert(batch('d', 0))
  })
  expect(await database.table(parts).count()).toBe(25)
})

test('a nested transaction undoes a batch of ascending keys', async () => {
  const database = await openedWithItems(10)
  await database.transaction(async (tx) => {
    await tx.table(items).insert(itemRows(10, 10))
    const nested = tx.transaction(async (inner) => {
      await inner.table(items).insert(itemRows(10, 20))
      throw new Error('enough')
    })
    await expect(nested).rejects.toThrow('enough')
    await tx.table(items).insert(itemRows(10, 20))
  })
  expect(await database.table(items).count()).toBe(30)
})

test('of two transactions with the same ascending keys the second is told of the first', async () => {
  const database = await openedWithItems(10)
  const insert = () =>
    database.transaction(async (tx) => {
      await tx.table(items).count()
      await tx.table(items).insert(itemRows(10, 10))
    })
  const outcomes = await Promise.all([insert(), insert()].map((one) => one.then(() => 'done', code)))
  expect(outcomes.toSorted()).toEqual(['DUPLICATE_KEY', 'done'])
  expect(await database.table(items).count()).toBe(20)
})

function ascending(left: number, right: number): number {
  return left - right
}
