import { integer, table } from '@holdfast/core'
import Driver from 'better-sqlite3'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { itemRows, items, opened, openedWithItems } from './databases.js'
import { temporaryFile } from './files.js'

const parentsTable = table('parents', { id: integer().primaryKey() })
const childrenTable = table('children', { id: integer().primaryKey(), parent: integer() })

/** Parents and children, as another program declared them. */
async function family(reference: string) {
  const database = await opened()
  database.native.exec(`
    create table parents (id integer primary key);
    create table children (id integer primary key, parent integer not null references parents (id) ${reference})
  `)
  return { database, parents: database.table(parentsTable), children: database.table(childrenTable) }
}

const violation = (of: string) => ({
  code: 'CHECK_VIOLATION',
  message: expect.stringContaining(of) as string,
})

describe('what other programs declared', () => {
  test.each(['', 'deferrable initially deferred'])('a foreign key (%s)', async (reference) => {
    const { database, parents, children } = await family(reference)
    const refused = violation('foreign key')
    await expect(children.insert({ id: 1, parent: 9 })).rejects.toMatchObject(refused)
    await expect(children.insert([{ id: 1, parent: 9 }])).rejects.toMatchObject(refused)
    await expect(database.sql`insert into children values (1, 9)`).rejects.toMatchObject(refused)
    await expect(
      database.transaction((tx) => tx.table(childrenTable).insert({ id: 1, parent: 9 })),
    ).rejects.toMatchObject(refused)
    await parents.insert({ id: 9 })
    await children.insert({ id: 1, parent: 9 })
    await expect(parents.delete(9)).rejects.toMatchObject(refused)
    await expect(parents.query().delete()).rejects.toMatchObject(refused)
    expect([await parents.count(), await children.count()]).toEqual([1, 1])
  })

  test('a trigger', async () => {
    const database = await openedWithItems(1)
    await database.sql`create trigger kept before delete on items begin select raise(abort, 'kept'); end`
    await expect(database.table(items).delete(0)).rejects.toMatchObject({
      ...violation('trigger'),
      cause: { message: 'kept' },
    })
  })
})

describe('of writes that share a commit', () => {
  test('the one that the commit refuses fails alone', async () => {
    const { parents, children } = await family('deferrable initially deferred')
    const outcomes = await Promise.allSettled([
      ...[1, 2, 3].map((id) => parents.insert({ id })),
      children.insert({ id: 1, parent: 99 }),
      children.insert({ id: 2, parent: 2 }),
      parents.insert({ id: 4 }),
      parents.insert({ id: 2 }),
    ])
    expect(
      outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as Error) : 'written')),
    ).toMatchObject([
      'written',
      'written',
      'written',
      violation('foreign key'),
      'written',
      'written',
      { code: 'DUPLICATE_KEY', key: 2 },
    ])
    expect((await parents.all()).map(({ id }) => id)).toEqual([1, 2, 3, 4])
    expect(await children.all()).toEqual([{ id: 2, parent: 2 }])
  })

  test('the one that undoes the whole transaction fails alone', async () => {
    const database = await opened()
    database.native.exec(
      'create table items (id integer primary key on conflict rollback, name text not null)',
    )
    const table = database.table(items)
    const ids = [1, 2, 3, 2, 4, 1, 5]
    const outcomes = await Promise.allSettled(ids.map((id) => table.insert({ id, name: 'item' })))
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      true,
      true,
      false,
      true,
      false,
      true,
    ])
    expect((await table.all()).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5])
  })

  test('any can be aborted while all wait for another connection', async () => {
    const path = temporaryFile()
    const database = await openedWithItems(0, { path })
    const table = database.table(items)
    const other = new Driver(path)
    other.exec('begin immediate')
    const controller = new AbortController()
    const { signal } = controller
    const [first, second, ...rest] = itemRows(20)
    const patient = [table.insert(first!), table.insert(second!)]
    const aborted = rest.map((row) => table.insert(row, { signal }))
    await delay(30)
    controller.abort()
    for (const write of aborted) await expect(write).rejects.toMatchObject({ code: 'ABORTED' })
    // They did not wait for the other connection, which is still there.
    expect(other.inTransaction).toBe(true)
    other.exec('commit')
    other.close()
    await Promise.all(patient)
    expect(await table.all()).toEqual([first, second])
  })

  test('none that is reported as aborted is there, whenever it is aborted', async () => {
    const path = temporaryFile()
    const database = await openedWithItems(0, { path, journalMode: 'delete' })
    const table = database.table(items)
    for (let round = 0; round < 30; round++) {
      const controllers = Array.from({ length: 20 }, () => new AbortController())
      // A reader keeps the commit, but not the beginning, waiting.
      const reader = new Driver(path)
      const rows = reader.prepare('select * from sqlite_schema').iterate()
      rows.next()
      const writes = controllers.map(({ signal }, index) =>
        table.insert({ id: round * 20 + index, name: 'item' }, { signal }),
      )
      await delay(round % 3)
      for (const controller of controllers.slice(0, round % 20)) controller.abort()
      rows.return?.()
      reader.close()
      const outcomes = await Promise.allSettled(writes)
      const stored = await table.getMany(outcomes.map((_, index) => round * 20 + index))
      expect(stored.map((row) => row !== undefined)).toEqual(
        outcomes.map(({ status }) => status === 'fulfilled'),
      )
    }
  })
})
