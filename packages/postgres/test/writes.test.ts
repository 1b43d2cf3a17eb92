import { bigint, integer, open, table, text } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { postgres } from '../src/index.js'
import { itemRows, items, opened, openedWithItems, otherProgram } from './databases.js'
import { freshOptions } from './schemas.js'

const notes = table(
  'notes',
  {
    id: integer().primaryKey(),
    code: text().unique().nullable(),
    body: text().nullable(),
    edition: integer().version(),
  },
  { indexes: [{ name: 'pair', columns: ['code', 'body'], unique: true }] },
)
const counted = table('counted', { id: integer().primaryKey().generated(), label: text() })

async function openedWithNotes() {
  const database = await opened()
  await database.ensure(notes)
  return { database, handle: database.table(notes) }
}

const note = (id: number, code: string | null = null) => ({ id, code, body: `b${id}` })
const many = (count: number, first = 0) => Array.from({ length: count }, (_, index) => note(first + index))

describe('a batch of any size and policy', () => {
  test.each([2, 199, 200, 5001])(
    'of %i rows tells which row was refused, and leaves nothing',
    async (size) => {
      const { handle } = await openedWithNotes()
      await handle.insert([note(50_000, 'taken'), note(60_000)])
      const duplicate = { code: 'DUPLICATE_KEY', table: 'notes' }
      const violation = {
        code: 'UNIQUE_VIOLATION',
        table: 'notes',
        message: expect.stringContaining('"notes_code"') as string,
      }
      const violationOfCode = { ...violation, message: expect.stringContaining('same code:') as string }
      await expect(handle.insert([...many(size), note(60_000)])).rejects.toMatchObject({
        ...duplicate,
        key: 60_000,
      })
      await expect(handle.insert([...many(size), note(0)])).rejects.toMatchObject({ ...duplicate, key: 0 })
      await expect(handle.insert([...many(size), note(9_999, 'taken')])).rejects.toMatchObject({
        ...violationOfCode,
        key: 9_999,
      })
      await expect(handle.put([...many(size), note(9_999, 'taken')])).rejects.toMatchObject({
        ...violationOfCode,
        key: 9_999,
      })
      await expect(handle.insert([...many(size), note(9_998, 'x'), note(9_999, 'x')])).rejects.toMatchObject({
        ...violationOfCode,
        key: 9_999,
      })
      expect(await handle.count()).toBe(2)
      expect(
        await handle.insert([...many(size), note(60_000), note(9_999, 'taken')], { onConflict: 'skip' }),
      ).toMatchObject({ count: size })
      expect(await handle.put([...many(size), note(0)])).toMatchObject({ count: size })
      expect(await handle.get(0)).toMatchObject({ edition: 3 })
      expect(await handle.get(1)).toMatchObject({ edition: 2 })
      expect(await handle.deleteMany(many(size).map(({ id }) => id))).toBe(size)
      expect(await handle.count()).toBe(2)
    },
  )

  test('meets rows in their order where values move between them', async () => {
    const { handle } = await openedWithNotes()
    await handle.insert([note(1, 'a'), note(2, 'b')])
    await handle.put([note(1, null), note(2, 'a'), note(1, 'b')])
    expect((await handle.all()).map(({ id, code, edition }) => [id, code, edition])).toEqual([
      [1, 'b', 3],
      [2, 'a', 2],
    ])
    const swap = [
      { key: 1, set: { code: null } },
      { key: 2, set: { code: 'b' } },
      { key: 1, set: { code: 'a' } },
    ]
    expect(await handle.patchMany(swap)).toBe(3)
    await expect(
      handle.patchMany([
        { key: 1, set: { code: 'b' } },
        { key: 2, set: { code: 'a' } },
      ]),
    ).rejects.toMatchObject({
      code: 'UNIQUE_VIOLATION',
      key: 1,
    })
    expect((await handle.all()).map(({ code }) => code)).toEqual(['a', 'b'])
  })

  test('of patches is made wholly or not at all', async () => {
    const { handle } = await openedWithNotes()
    await handle.insert(many(1000))
    const patches = many(1000).map(({ id }) => ({ key: id, set: { body: `c${id}` } }))
    expect(await handle.patchMany([...patches, { key: 5000, set: { body: 'x' } }])).toBe(1000)
    expect(await handle.get(999)).toEqual({ id: 999, code: null, body: 'c999', edition: 2 })
    const versioned = patches.map((patch) => ({
      ...patch,
      set: { body: 'd' },
      version: patch.key === 700 ? 1 : 2,
    }))
    await expect(handle.patchMany(versioned)).rejects.toMatchObject({ code: 'VERSION_MISMATCH', key: 700 })
    expect(await handle.where((row) => row.body.eq('d')).count()).toBe(0)
    expect(await handle.patchMany(versioned.filter(({ key }) => key !== 700))).toBe(999)
    expect(await handle.where((row) => row.edition.eq(3)).count()).toBe(999)
  })
})

describe('generated keys', () => {
  test('are never given out twice, whoever asks at once', async () => {
    const database = await opened({ max: 8 })
    await database.ensure(counted)
    const handle = database.table(counted)
    const calls = Array.from({ length: 60 }, (_, index) =>
      index % 3 === 0
        ? handle.insert(Array.from({ length: index }, () => ({ label: 'many' })))
        : index % 7 === 0
          ? handle.insert({ id: 1_000_000 * index, label: 'given' })
          : handle.insert({ label: 'one' }),
    )
    const keys = (await Promise.all(calls)).flatMap((result) => result.keys)
    expect(new Set(keys).size).toBe(keys.length)
    expect(await handle.count()).toBe(keys.length)
    const greatest = Math.max(...keys)
    const [next] = (await handle.insert({ label: 'next' })).keys
    expect(next).toBeGreaterThan(greatest)
  })

  test('pass over those that were given, however far away', async () => {
    const database = await opened()
    await database.ensure(counted)
    const handle = database.table(counted)
    for (const id of [5, 4, 9_000, 5_000_000, -3]) await handle.insert({ id, label: 'given' })
    await handle.clear()
    expect((await handle.insert({ label: 'next' })).keys).toEqual([5_000_001])
    const mixed = await handle.insert([{ label: 'a' }, { id: 6_000_000, label: 'b' }, { label: 'c' }])
    expect(mixed.keys).toEqual([6_000_001, 6_000_000, 6_000_002])
  })

  test('come to an end', async () => {
    const database = await opened()
    await database.ensure(counted)
    const handle = database.table(counted)
    await handle.insert({ id: Number.MAX_SAFE_INTEGER - 1, label: 'last but one' })
    expect((await handle.insert({ label: 'last' })).keys).toEqual([Number.MAX_SAFE_INTEGER])
    const exhausted = { code: 'LIMIT_EXCEEDED', table: 'counted' }
    await expect(handle.insert({ label: 'one more' })).rejects.toMatchObject(exhausted)
    await expect(handle.insert([{ label: 'two' }, { label: 'more' }])).rejects.toMatchObject(exhausted)
  })
})

describe('transactions', () => {
  test('that would deadlock end with a conflict for one, and lone writes are made again', async () => {
    const database = await openedWithItems(2)
    const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const change = (first: 0 | 1) =>
      database.transaction(async (tx) => {
        await tx.table(items).patch(first, { name: 'x' })
        arrived[first]?.resolve()
        await arrived[1 - first]?.promise
        await tx.table(items).patch(1 - first, { name: 'y' })
      })
    const outcomes = await Promise.allSettled([change(0), change(1)])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const [refused] = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused?.reason).toMatchObject({ code: 'CONFLICT', retryable: true })

    const other = await otherProgram(
      String((await database.sql`select current_schema() as name`)[0]?.['name']),
    )
    await other.query('begin')
    await other.query("update items set name = 'o' where id = 1")
    const lone = database.table(items).put([
      { id: 0, name: 'lone' },
      { id: 1, name: 'lone' },
    ])
    await new Promise((resolve) => setTimeout(resolve, 100))
    await other.query("update items set name = 'o' where id = 0").catch(() => undefined)
    await other.query('commit')
    expect(await lone).toMatchObject({ count: 2 })
  })

  test('are snapshots, or serializable when asked for', async () => {
    const database = await openedWithItems(2)
    const skew = (isolation: 'snapshot' | 'serializable') => {
      const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const change = (own: 0 | 1) =>
        database.transaction(
          async (tx) => {
            const other = await tx.table(items).require(1 - own)
            arrived[own]?.resolve()
            await arrived[1 - own]?.promise
            await tx.table(items).patch(own, { name: `${other.name}!` })
          },
          { isolation },
        )
      return Promise.allSettled([change(0), change(1)])
    }
    expect((await skew('snapshot')).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    const outcomes = await skew('serializable')
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toMatchObject({
      code: 'CONFLICT',
    })

    await database.transaction(async (tx) => {
      expect(await tx.table(items).count()).toBe(2)
      await database.native.use((client) => client.query("insert into items values (7, 'later')"))
      expect(await tx.table(items).count()).toBe(2)
      await expect(tx.table(items).insert({ id: 7, name: 'mine' })).rejects.toMatchObject({
        code: 'DUPLICATE_KEY',
      })
    })
  })

  test('take calls that were not awaited one after the other', async () => {
    const database = await openedWithItems(10)
    await database.transaction(async (tx) => {
      const results = await Promise.all([
        tx.table(items).count(),
        tx.table(items).insert({ id: 100, name: 'a' }),
        Array.fromAsync(tx.table(items).stream()),
        tx
          .table(items)
          .insert({ id: 100, name: 'again' })
          .catch((error: unknown) => error),
        tx.table(items).get(100),
      ])
      expect(results[3]).toMatchObject({ code: 'DUPLICATE_KEY' })
      expect(results[4]).toEqual({ id: 100, name: 'a' })
    })
  })

  test('may write while they stream', async () => {
    const database = await openedWithItems(2500)
    await database.transaction(async (tx) => {
      let seen = 0
      for await (const row of tx.table(items).stream()) {
        if (++seen % 500 === 0) await tx.table(items).patch(row.id, { name: 'seen' })
      }
      expect(seen).toBe(2500)
      expect(
        await tx
          .table(items)
          .where((row) => row.name.eq('seen'))
          .count(),
      ).toBe(5)
    })
  })
})

describe('schemas', () => {
  test('of two databases do not meet', async () => {
    const [first, second] = [await openedWithItems(1), await openedWithItems(2)]
    expect(await first.table(items).count()).toBe(1)
    expect(await second.table(items).count()).toBe(2)
  })

  test('may have any name', async () => {
    const schema = `a "b" ${Date.now()} é`
    const database = await opened({ schema })
    await database.ensure(items)
    await database.table(items).insert(itemRows(3))
    expect(await database.table(items).count()).toBe(3)
    expect(await database.sql`select count(*) as n from items`).toEqual([{ n: 3 }])
    await database.native.use((client) =>
      client.query(`drop schema ${client.escapeIdentifier(schema)} cascade`),
    )
  })

  test('are made and filled by many at once', async () => {
    const options = freshOptions()
    const databases = await Promise.all(Array.from({ length: 4 }, () => open(postgres(options))))
    await Promise.all(databases.map((database) => database.ensure(notes)))
    await Promise.all(databases.map((database, index) => database.table(notes).insert(note(index))))
    expect(await databases[0]!.table(notes).count()).toBe(4)
    await Promise.all(databases.map((database) => database.close()))
  })

  test('hold tables and indexes whose names are as long as names can be', async () => {
    const name = 't'.repeat(63)
    const indexes = ['a', 'b'].map((last) => ({
      name: `${'i'.repeat(62)}${last}`,
      columns: ['label'] as const,
    }))
    const long = table(name, { id: bigint().primaryKey().generated(), label: text() }, { indexes })
    const options = freshOptions()
    const database = await open(postgres(options))
    await database.ensure(long)
    await database.table(long).insert({ label: 'x' })
    await database.close()
    const again = await open(postgres(options))
    await again.ensure(long)
    expect((await again.tables())[0]!.indexes.map((index) => index.name).sort()).toEqual(
      indexes.map((index) => index.name).sort(),
    )
    expect(await again.table(long).all()).toEqual([{ id: 1n, label: 'x' }])
    await again.close()
  })

  test('change with the transaction that changes them', async () => {
    const database = await openedWithItems(1)
    const attempt = database.transaction(async (tx) => {
      await tx.drop(items)
      await tx.create(notes)
      await tx.table(notes).insert(note(1))
      throw new Error('undo')
    })
    await expect(attempt).rejects.toThrow('undo')
    expect((await database.tables()).map(({ name }) => name)).toEqual(['items'])
    expect(await database.table(items).count()).toBe(1)
    await database.transaction(async (tx) => {
      await tx.drop(items)
      await tx.create(notes)
    })
    expect((await database.tables()).map(({ name }) => name)).toEqual(['notes'])
    await expect(database.table(items).count()).rejects.toMatchObject({ code: 'UNKNOWN_TABLE' })
    await database.table(notes).insert(note(1))
  })
})
