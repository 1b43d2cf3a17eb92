import { integer, table } from '@holdfast/core'
import type { TransactionOptions } from '@holdfast/core'
import { expect, test } from 'vitest'
import { opened } from './databases.js'
import { expectNoneLent } from './free.js'

const counters = table('counters', { id: integer().primaryKey(), value: integer() })

async function openedWithCounter(max: number) {
  const database = await opened({ max })
  await database.ensure(counters)
  await database.table(counters).insert({ id: 1, value: 0 })
  /** Raises the counter, once all others that are raised at the same time have read it too. */
  const raiseAtOnce = (count: number, options: TransactionOptions) => {
    const all = Promise.withResolvers<void>()
    let read = 0
    const raise = () =>
      database.transaction(async (tx) => {
        const { value } = await tx.table(counters).require(1)
        if (++read === count) all.resolve()
        await all.promise
        await tx.table(counters).patch(1, { value: value + 1 })
      }, options)
    return Promise.allSettled(Array.from({ length: count }, raise))
  }
  const value = async () => (await database.table(counters).require(1)).value
  return { database, raiseAtOnce, value }
}

test.each(['snapshot', 'serializable'] as const)(
  'of transactions that change what they all have read one takes effect, as %s, or all that are tried again',
  async (isolation) => {
    const { database, raiseAtOnce, value } = await openedWithCounter(5)
    const outcomes = await raiseAtOnce(5, { isolation })
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toHaveLength(4)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'CONFLICT', retryable: true })
    expect(await value()).toBe(1)
    await expectNoneLent(database)

    const tried = await raiseAtOnce(5, { isolation, retry: { attempts: 100 } })
    expect(tried.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'fulfilled'))
    expect(await value()).toBe(6)
    await expectNoneLent(database)
  },
)
