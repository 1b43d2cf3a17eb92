import { integer, table } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import type { ActionName } from '../capabilities.ts'
import type { Cell, Word } from '../types.ts'
import type { Counted } from './calls.ts'
import { freshItems, indexed, itemRows, items } from './items.ts'
import { expectAnswer, wordOf } from './trial.ts'
import type { Trial } from './trial.ts'

const [first, second, third] = itemRows as [Item, Item, Item]
type Item = (typeof itemRows)[number]

/** Does what a capability promises, on a fresh table, and finds out whether it came true. */
export async function actionCell(trial: Trial, name: ActionName): Promise<Cell> {
  return await wordOf(() => actions[name](trial))
}

const actions: Readonly<Record<ActionName, (trial: Trial) => Promise<Word>>> = {
  get: (trial) =>
    byMethod(trial, 'get', async (database) => {
      const handle = await freshItems(database)
      expectAnswer('a row by its key', await handle.get(2), second)
      expectAnswer('a row that is not there', await handle.get(9), undefined)
    }),
  update: (trial) =>
    byMethod(trial, 'updateWhere', async (database) => {
      const handle = await freshItems(database)
      const found = handle.where((row) => row.number.gt(4))
      expectAnswer('rows updated', await found.update((row) => ({ number: row.number.add(1) })), 2)
      const after = [{ ...first, number: 6 }, second, { ...third, number: 8 }]
      expectAnswer('rows after an update', await handle.all(), after)
    }),
  delete: (trial) =>
    byMethod(trial, 'deleteWhere', async (database) => {
      const handle = await freshItems(database)
      expectAnswer('rows deleted', await handle.where((row) => row.number.gt(5)).delete(), 1)
      expectAnswer('rows after a delete', await handle.all(), [first, second])
    }),
  index: async ({ database, calls }) => {
    await freshItems(database)
    const asked = await calls.during('createIndex', () => database.ensure(indexed))
    const found = (await database.tables()).find(({ name }) => name === items.definition.name)
    expectAnswer('indexes', found?.indexes, indexed.definition.indexes)
    return asked ? 'native' : 'core'
  },
  transaction: (trial) => byMethod(trial, 'begin', transactionHolds),
  savepoint: (trial) => byMethod(trial, 'savepoint', savepointHolds),
  serializable: (trial) => byMethod(trial, 'begin', serializableHolds),
  schema: ({ database }) => schemaIsUndone(database),
  sql: async ({ database, calls }) => {
    await freshItems(database)
    const hostile = "x'; DROP TABLE items; --"
    const asked = await calls.during('sql', async () => {
      const found = await database.sql`SELECT label, ${hostile} AS given FROM items WHERE id = ${2}`
      expectAnswer('the rows of raw SQL', plain(found), [{ label: second.label, given: hostile }])
    })
    return asked ? 'native' : 'core'
  },
  search: async ({ database, calls }) => {
    const handle = await freshItems(database)
    const asked = await calls.during('search', async () => {
      expectAnswer('the rows that hold a word', await handle.search(['label'], 'quick'), [first])
    })
    return asked ? 'native' : 'core'
  },
}

/** Native if the engine's own method was used for it. */
async function byMethod(
  { database, calls }: Trial,
  method: Counted,
  work: (database: Database) => Promise<void>,
): Promise<Word> {
  return (await calls.during(method, () => work(database))) ? 'native' : 'core'
}

const changed = new Error('changed my mind')

/** Runs something that throws. */
async function undone(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (error === changed) return
    throw error
  }
  throw new Error('What a transaction throws did not come through.')
}

async function transactionHolds(database: Database): Promise<void> {
  const handle = await freshItems(database)
  await undone(
    database.transaction(async (transaction) => {
      await transaction.table(items).delete(1)
      expectAnswer('rows within', await transaction.table(items).count(), 2)
      throw changed
    }),
  )
  expectAnswer('rows after what was undone', await handle.all(), itemRows)
  await database.transaction(async (transaction) => {
    await transaction.table(items).delete(1)
    await transaction.table(items).delete(2)
  })
  expectAnswer('rows after what was kept', await handle.all(), [third])
}

async function savepointHolds(database: Database): Promise<void> {
  const handle = await freshItems(database)
  await database.transaction(async (transaction) => {
    await transaction.table(items).delete(1)
    await undone(
      transaction.transaction(async (nested) => {
        await nested.table(items).delete(2)
        throw changed
      }),
    )
    await transaction.transaction((nested) => nested.table(items).delete(3))
  })
  expectAnswer('rows after savepoints', await handle.all(), [second])
}

/** Two transactions that each count on what the other changes: in whatever order they came, one sees the other's. */
async function serializableHolds(database: Database): Promise<void> {
  const handle = await freshItems(database)
  const options = { isolation: 'serializable', retry: { attempts: 20 } } as const
  const lower = (mine: number, others: number) =>
    database.transaction(async (transaction) => {
      const other = await transaction.table(items).get(others)
      if (other?.number === 1) return
      await transaction.table(items).patch(mine, { number: 1 })
    }, options)
  await Promise.all([lower(1, 3), lower(3, 1)])
  const kept = (await handle.all()).filter(({ number }) => number === 1).length
  expectAnswer('transactions that changed their row, of which each may only if the other has not', kept, 1)
}

const extra = table('extra', { id: integer().primaryKey() })

async function schemaIsUndone(database: Database): Promise<Word> {
  await freshItems(database)
  const names = async () => (await database.tables()).map(({ name }) => name).sort()
  const before = await names()
  await undone(
    database.transaction(async (transaction) => {
      await transaction.create(extra)
      await transaction.table(extra).insert({ id: 1 })
      await transaction.drop(items)
      throw changed
    }),
  )
  expectAnswer('tables after what was undone', await names(), before)
  expectAnswer('rows after what was undone', await database.table(items).all(), itemRows)
  return 'native'
}

/** Drivers give rows prototypes of their own. */
const plain = (found: readonly object[]) => found.map((row) => ({ ...row }))
