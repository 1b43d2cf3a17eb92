import { DuckDBInstance } from '@duckdb/node-api'
import { integer, isHoldfastError, open, sum, table, text, timestamp } from '@holdfast/core'
import type { Transaction } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { duckdb } from '../src/index.js'
import { itemRows, items, opened, openedWithItems } from './databases.js'
import { temporaryFile } from './files.js'

const pairs = table('pairs', {
  id: integer().primaryKey(),
  left: integer(),
  right: integer(),
  mark: text().nullable().unique(),
})

async function withPairs(path = temporaryFile()) {
  const database = await opened({ path })
  await database.ensure(pairs)
  await database.table(pairs).insert([
    { id: 1, left: 1, right: 1 },
    { id: 2, left: 2, right: 2 },
  ])
  return database
}

/** Runs two transactions side by side: both read, then both change, then the first ends before the second. */
async function race(
  first: (tx: Transaction) => Promise<unknown>,
  second: (tx: Transaction) => Promise<unknown>,
): Promise<readonly [first: string, second: string]> {
  const database = await withPairs()
  const outcome = (error: unknown) => (isHoldfastError(error) ? error.code : String(error))
  const firstRead = Promise.withResolvers<void>()
  const secondRead = Promise.withResolvers<void>()
  const firstDone = Promise.withResolvers<void>()
  const run = (
    read: PromiseWithResolvers<void>,
    wait: Promise<void>,
    change: (tx: Transaction) => Promise<unknown>,
  ) =>
    database
      .transaction(async (tx) => {
        await tx.table(pairs).all()
        read.resolve()
        await wait
        await change(tx)
      })
      .then(() => 'done', outcome)
  const one = run(firstRead, secondRead.promise, first)
  void one.then(() => firstDone.resolve())
  const two = run(
    secondRead,
    Promise.all([firstRead.promise, firstDone.promise]).then(() => undefined),
    second,
  )
  return [await one, await two]
}

const changes = {
  'patch one column': (tx: Transaction) => tx.table(pairs).patch(1, { left: 5 }),
  'patch another column': (tx: Transaction) => tx.table(pairs).patch(1, { right: 5 }),
  'patch a unique column': (tx: Transaction) => tx.table(pairs).patch(1, { mark: 'm' }),
  put: (tx: Transaction) => tx.table(pairs).put({ id: 1, left: 9, right: 9 }),
  delete: (tx: Transaction) => tx.table(pairs).delete(1),
  'update where': (tx: Transaction) =>
    tx
      .table(pairs)
      .where((row) => row.left.eq(1))
      .update({ right: 7 }),
  'delete where': (tx: Transaction) =>
    tx
      .table(pairs)
      .where((row) => row.left.eq(1))
      .delete(),
}
const names = Object.keys(changes) as (keyof typeof changes)[]

describe('two transactions that change one row conflict, whatever they change of it', () => {
  test.each(names.flatMap((first) => names.map((second) => [first, second] as const)))(
    '%s against %s',
    async (first, second) => {
      expect(await race(changes[first], changes[second])).toEqual(['done', 'CONFLICT'])
    },
  )
})

test('two transactions that insert one key conflict, and those that take one unique value', async () => {
  const insert = (id: number, mark?: string) => (tx: Transaction) =>
    tx.table(pairs).insert({ id, left: 0, right: 0, ...(mark !== undefined && { mark }) })
  expect(await race(insert(7), insert(7))).toEqual(['done', 'CONFLICT'])
  expect(await race(insert(7, 'm'), insert(8, 'm'))).toEqual(['done', 'CONFLICT'])
  expect(await race(insert(7, 'm'), insert(8, 'n'))).toEqual(['done', 'done'])
})

test('transactions that change different rows do not', async () => {
  expect(await race(changes['patch one column'], (tx) => tx.table(pairs).patch(2, { left: 5 }))).toEqual([
    'done',
    'done',
  ])
})

test('a transaction that conflicts is run again, if that is asked for', async () => {
  const path = temporaryFile()
  const database = await withPairs(path)
  const another = await opened({ path })
  const attempts: number[] = []
  const add = (tx: Transaction, by: number) =>
    tx
      .table(pairs)
      .where((row) => row.id.eq(1))
      .update((row) => ({ left: row.left.add(by) }))
  const conflicting = () =>
    database.transaction(
      async (tx) => {
        await tx.table(pairs).get(1)
        if (attempts.push(attempts.length) === 1) await another.transaction((other) => add(other, 10))
        await add(tx, 100)
      },
      { retry: { attempts: 3 } },
    )
  await conflicting()
  expect(attempts).toEqual([0, 1])
  expect(await database.table(pairs).get(1)).toMatchObject({ left: 111 })
})

test('callers that count side by side lose nothing', async () => {
  const database = await withPairs()
  await Promise.all(
    Array.from({ length: 12 }, () =>
      database.transaction(
        async (tx) => {
          const row = await tx.table(pairs).get(1)
          await tx.table(pairs).patch(1, { left: row!.left + 1 })
        },
        { retry: { attempts: 100 } },
      ),
    ),
  )
  expect(await database.table(pairs).get(1)).toMatchObject({ left: 13 })
})

test('a write outside waits for a transaction that is about to end', async () => {
  const database = await withPairs()
  const ready = Promise.withResolvers<void>()
  const inside = database.transaction(async (tx) => {
    await tx.table(pairs).patch(1, { left: 5 })
    ready.resolve()
    await new Promise((resolve) => setTimeout(resolve, 10))
  })
  await ready.promise
  const outside = database.table(pairs).patch(1, { right: 6 })
  await Promise.all([inside, outside])
  expect(await database.table(pairs).get(1)).toMatchObject({ left: 5, right: 6 })
})

describe('a transaction survives', () => {
  test('what it may not write', async () => {
    const database = await withPairs()
    await database.transaction(async (tx) => {
      const inside = tx.table(pairs)
      await inside.insert({ id: 3, left: 3, right: 3, mark: 'm' })
      await expect(inside.insert({ id: 1, left: 0, right: 0 })).rejects.toMatchObject({
        code: 'DUPLICATE_KEY',
      })
      await expect(inside.patch(1, { mark: 'm' })).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' })
      await inside.patch(1, { left: 4 })
    })
    expect(await database.table(pairs).all()).toMatchObject([
      { id: 1, left: 4 },
      { id: 2 },
      { id: 3, mark: 'm' },
    ])
  })

  test('an aggregate that does not fit its type', async () => {
    const database = await withPairs()
    await database.transaction(async (tx) => {
      const inside = tx.table(pairs)
      await inside.insert([10, 11].map((id) => ({ id, left: Number.MAX_SAFE_INTEGER, right: 0 })))
      const large = () =>
        inside.select((row) => ({ total: sum(row.left.cast('bigint').multiply(1024n)) })).all()
      await expect(large()).rejects.toMatchObject({ code: 'NUMERIC_OVERFLOW' })
      await inside.patch(1, { right: 8 })
    })
    expect(await database.table(pairs).count()).toBe(4)
    expect(await database.table(pairs).get(1)).toMatchObject({ right: 8 })
  })

  test('a read that is aborted', async () => {
    const database = await openedWithItems(8_000)
    await database.transaction(async (tx) => {
      await tx.table(items).insert({ id: -1, name: 'before' })
      const signal = AbortSignal.timeout(5)
      const inside = tx.table(items)
      const dear = inside.join(inside, (a, b) => a.id.lt(b.id).and(a.name.ne(b.name))).count({ signal })
      await expect(dear).rejects.toMatchObject({ code: 'ABORTED' })
      await tx.table(items).insert({ id: -2, name: 'after' })
    })
    expect(await database.table(items).count()).toBe(8_002)
  })
})

test('a transaction that DuckDB has ended says so, and keeps nothing', async () => {
  const database = await withPairs()
  const failing = database.transaction(async (tx) => {
    await tx.table(pairs).insert({ id: 3, left: 3, right: 3 })
    await tx.sql`select cast('x' as integer)`.catch(() => undefined)
    await expect(tx.table(pairs).count()).rejects.toThrow(/earlier failure has ended the transaction/)
  })
  await expect(failing).rejects.toThrow(/earlier failure has ended the transaction/)
  expect(await database.table(pairs).count()).toBe(2)
  await database.table(pairs).insert({ id: 3, left: 3, right: 3 })
})

test('SQL that changes data is refused where it could not be undone alone', async () => {
  const database = await withPairs()
  await database.transaction(async (tx) => {
    await tx.sql`update pairs set "left" = 7 where id = 1`
    await tx.transaction(async (nested) => {
      expect(await nested.sql`select "left" from pairs where id = 1`).toEqual([{ left: 7 }])
      await expect(nested.sql`delete from pairs`).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    })
  })
  expect(await database.table(pairs).get(1)).toMatchObject({ left: 7 })
})

test('nested transactions undo only themselves, inserts of many rows and changes by condition too', async () => {
  const database = await openedWithItems(10_000)
  const undo = new Error('undo')
  await database.transaction(async (tx) => {
    const outer = tx.table(items)
    await outer.where((row) => row.id.lt(10)).update({ name: 'outer' })
    const nested = tx.transaction(async (inside) => {
      const inner = inside.table(items)
      await inner.insert(itemRows(10_000, 10_000))
      await inner.where((row) => row.id.lt(5000)).delete()
      await inner.where((row) => row.id.ge(0)).update({ name: 'inner' })
      await inside.transaction((deeper) => deeper.table(items).put(itemRows(100)))
      throw undo
    })
    await expect(nested).rejects.toBe(undo)
    expect(await outer.count()).toBe(10_000)
  })
  const rows = await database.table(items).all()
  expect(rows).toEqual(itemRows(10_000).map((row) => (row.id < 10 ? { ...row, name: 'outer' } : row)))
})

const numbered = table('numbered', { id: integer().generated().primaryKey(), at: timestamp().nullable() })

test('generated keys never come again, whoever deleted the rows and however often the file was opened', async () => {
  const path = temporaryFile()
  const seen: number[] = []
  const use = async (remove: (database: Awaited<ReturnType<typeof opened>>) => Promise<unknown>) => {
    const database = await open(duckdb({ path }))
    await database.ensure(numbered)
    const { keys } = await database.table(numbered).insert([{}, {}, {}])
    seen.push(...keys)
    await remove(database)
    await database.close()
  }
  await use((database) => database.table(numbered).clear())
  await use((database) => database.table(numbered).deleteMany(seen))
  await use((database) => database.sql`delete from numbered`)
  await use((database) => database.transaction((tx) => tx.table(numbered).clear()))
  await use((database) =>
    database
      .transaction(async (tx) => {
        await tx.table(numbered).clear()
        throw new Error('undo')
      })
      .catch(() => undefined),
  )
  await use((database) => database.native.run('delete from numbered'))
  await use(() => Promise.resolve())
  expect(seen).toEqual(Array.from({ length: 21 }, (_, index) => index + 1))
})

test('generated keys of transactions side by side are different', async () => {
  const database = await opened()
  await database.ensure(numbered)
  const keys = await Promise.all(
    Array.from({ length: 8 }, () =>
      database.transaction(async (tx) => (await tx.table(numbered).insert([{}, {}])).keys),
    ),
  )
  expect(new Set(keys.flat()).size).toBe(16)
})

test('statements that were prepared on other data give the rows of these', async () => {
  const path = temporaryFile()
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  await connection.run('create table t (id bigint primary key, n bigint, s varchar not null)')
  connection.closeSync()
  instance.closeSync()
  const database = await opened({ path })
  const t = await database.table<{ id: bigint; n: bigint | null; s: string }>('t')
  const queries = [
    () => t.all(),
    () => t.orderBy((row) => row.n.desc()).all(),
    () => t.where((row) => row.n.isNull()).all(),
    () =>
      t
        .select((row) => ({ s: row.s }))
        .distinct()
        .all(),
  ]
  for (const query of queries) expect(await query()).toEqual([])
  await database.sql`insert into t values (1, 0, ''), (2, 9000000000000000000, 'a text that is long'), (3, null, 'x')`
  const rows = [
    { id: 1n, n: 0n, s: '' },
    { id: 2n, n: 9_000_000_000_000_000_000n, s: 'a text that is long' },
    { id: 3n, n: null, s: 'x' },
  ]
  expect(await Promise.all(queries.map((query) => query()))).toEqual([
    rows,
    [rows[1], rows[0], rows[2]],
    [rows[2]],
    [{ s: '' }, { s: 'a text that is long' }, { s: 'x' }],
  ])
})
