import { describe, expect, test } from 'vitest'
import { integer, open, table, text } from '../../src/index.js'
import { codeOf, errorOf } from './errors.js'
import { engineKinds, TestEngine } from './test-engine.js'

const notes = table('notes', { id: integer().primaryKey(), line: text() })
const tags = table('tags', { note: integer().primaryKey(), tag: text() })
const wrong = () => table('notes', { id: integer().primaryKey(), line: integer() })

async function opened(engine: TestEngine) {
  const db = await open(engine.backend())
  for (const one of [notes, tags]) await db.ensure(one)
  await db.table(notes).insert([1, 2, 3, 4].map((id) => ({ id, line: `line ${id}` })))
  await db.table(tags).insert([1, 2, 3, 4].map((note) => ({ note, tag: `tag ${note}` })))
  engine.calls.length = 0
  const joined = db.table(notes).join(db.table(tags), (n, t) => n.id.eq(t.note))
  return { db, joined }
}

describe('a plan that reads an engine more than once', () => {
  test('does so in a read-only transaction, which ends with the answer, on leaving and on an error', async () => {
    const engine = new TestEngine({ begins: true, rowsPerBatch: 1 })
    const { db, joined } = await opened(engine)
    await using _ = db
    expect(await joined.all()).toHaveLength(4)
    expect(engine.calls).toEqual(['begin', 'scan', 'scan', 'commit'])
    for await (const _row of joined.stream()) break
    expect(engine.openTransactions).toBe(0)
    engine.failures.set('batch', new Error('broken'))
    expect(await codeOf(() => joined.all())).toBe('ENGINE')
    expect(engine.openTransactions).toBe(0)
    expect(engine.openIterators).toBe(0)
    const controller = new AbortController()
    const aborted = errorOf(async () => {
      for await (const _row of joined.stream({ signal: controller.signal })) controller.abort()
    })
    expect((await aborted).code).toBe('ABORTED')
    expect(engine.openTransactions).toBe(0)
  })

  test('begins nothing where it reads once, nor inside a transaction', async () => {
    const engine = new TestEngine({ begins: true })
    const { db, joined } = await opened(engine)
    await using _ = db
    await db.table(notes).all()
    await db.table(notes).count()
    await db.transaction(async (tx) => {
      await tx
        .table(notes)
        .join(tx.table(tags), (n, t) => n.id.eq(t.note))
        .all()
    })
    expect(engine.calls.filter((call) => call === 'begin')).toHaveLength(1)
    const taking = new TestEngine({ begins: true, takes: true })
    await using other = await open(taking.backend(), { name: 'other' })
    await other.ensure(notes)
    await other.table(notes).all()
    expect(taking.calls).not.toContain('begin')
    expect(joined.relation.node).toBe('join')
  })

  test('lets writers wait where core makes the transactions, but no longer than the answer is read', async () => {
    const engine = new TestEngine({ rowsPerBatch: 1 })
    const { db, joined } = await opened(engine)
    await using _ = db
    const seen: string[] = []
    for await (const row of joined.stream()) {
      seen.push(row.tag)
      await db.table(tags).patch(row.note, { tag: 'new' })
      await db.transaction((tx) => tx.table(notes).delete(row.id))
    }
    expect(seen).toEqual(['tag 1', 'tag 2', 'tag 3', 'tag 4'])
    expect(await joined.all()).toEqual([])
    await db.transaction(async (tx) => {
      await tx.table(notes).insert({ id: 1, line: 'unseen' })
      expect(await tx.table(notes).count()).toBe(1)
    })
    expect((await joined.all()).map(({ line }) => line)).toEqual(['unseen'])
  })
})

describe.each(engineKinds)('definitions, on an engine $kind', ({ options }) => {
  test('are compared once, and again after tables have changed', async () => {
    const engine = new TestEngine(options)
    const { db } = await opened(engine)
    await using _ = db
    expect((await errorOf(() => db.table(wrong()).get(1))).column).toBe('line')
    const stranger = table('notes', { id: integer().primaryKey(), line: text() })
    expect(await db.table(stranger).get(1)).toEqual({ id: 1, line: 'line 1' })
    await db.drop(notes)
    expect(await codeOf(() => db.table(stranger).get(1))).toBe('UNKNOWN_TABLE')
    await db.create(wrong())
    expect(await codeOf(() => db.table(stranger).get(1))).toBe('SCHEMA_MISMATCH')
    const found = await db.table('notes')
    expect(await found.all()).toEqual([])
  })

  test('a call that is not awaited and fails is not lost', async () => {
    const { db } = await opened(new TestEngine(options))
    await using _ = db
    for (let turns = 0; turns < 3; turns++) {
      const left: Promise<unknown>[] = []
      const code = await codeOf(() =>
        db.transaction(async (tx) => {
          await tx.table(notes).patch(2, { line: 'lost?' })
          left.push(tx.table(notes).insert({ id: 1, line: 'there' }))
          for (let turn = 0; turn < turns; turn++) await Promise.resolve()
        }),
      )
      expect(code).toBe('TRANSACTION_MISUSE')
      expect((await Promise.allSettled(left)).map(({ status }) => status)).toEqual(['rejected'])
      expect(await db.table(notes).get(2)).toEqual({ id: 2, line: 'line 2' })
    }
  })
})

test('a definition of a table that a transaction makes anew', async () => {
  const { db } = await opened(new TestEngine({ begins: true }))
  await using _ = db
  const other = wrong()
  const undone = codeOf(() =>
    db.transaction(async (tx) => {
      await tx.drop(notes)
      await tx.create(other)
      await tx.table(other).insert({ id: 1, line: 7 })
      expect(await codeOf(() => tx.table(notes).all())).toBe('SCHEMA_MISMATCH')
      await tx.transaction((inner) => inner.table(other).insert({ id: 1, line: 8 }))
    }),
  )
  expect(await undone).toBe('DUPLICATE_KEY')
  expect(await codeOf(() => db.table(other).all())).toBe('SCHEMA_MISMATCH')
  expect(await db.table(notes).count()).toBe(4)
  await db.transaction(async (tx) => {
    await tx.drop(notes)
    await tx.create(other)
  })
  expect(await codeOf(() => db.table(notes).all())).toBe('SCHEMA_MISMATCH')
  expect(await db.table(other).all()).toEqual([])
})
