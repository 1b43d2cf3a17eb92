import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { integer, isHoldfastError, json, open, table, text } from '../../src/index.js'
import type { Database, Sources } from '../../src/index.js'
import { garbage, hostileValues } from '../schema/hostile.js'
import { TestEngine } from './test-engine.js'

const notes = table(
  'notes',
  {
    id: integer().primaryKey(),
    line: text().nullable(),
    tags: json().nullable(),
    version: integer().version(),
  },
  { checks: { short: (row) => row.line.length().lt(1_000) } },
)
const pairs = table('pairs', { a: integer().primaryKey(), b: text().primaryKey() })

type Any = never
/** Public calls with places for garbage; the second garbage may go unused. */
const calls: Readonly<Record<string, (db: Database, one: Any, two: Any) => unknown>> = {
  ensure: (db, one, two) => db.ensure(one, two),
  create: (db, one) => db.create(one),
  drop: (db, one, two) => db.drop(one, two),
  tables: (db, one) => db.tables(one),
  table: (db, one) => db.table(one),
  'query.all': (db, one) => db.query(one).all(),
  transaction: (db, one, two) => db.transaction(one, two),
  'transaction retry': (db, one) => db.transaction(() => 1, { retry: one }),
  sql: (db, one, two) => db.sql(one, two),
  stats: (db, one) => db.stats(one),
  get: (db, one, two) => db.table(notes).get(one, two),
  'get pair': (db, one) => db.table(pairs).get(one),
  getMany: (db, one) => db.table(notes).getMany(one),
  'getMany of one': (db, one) => db.table(pairs).getMany([one]),
  has: (db, one) => db.table(notes).has(one),
  require: (db, one) => db.table(pairs).require(one),
  insert: (db, one, two) => db.table(notes).insert(one, two),
  'insert after a good row': (db, one) => db.table(notes).insert([{ id: 100 }, one]),
  'insert a value': (db, one, two) =>
    db.table(notes).insert([{ id: 100 }, { id: 101, line: one, tags: two }]),
  'insert a json value': (db, one) => db.table(notes).insert([{ id: 100 }, { id: 101, tags: one }]),
  put: (db, one, two) => db.table(notes).put([{ id: 1, line: 'new' }, one], two),
  patch: (db, one, two) => db.table(notes).patch(one, two),
  'patch a value': (db, one) => db.table(notes).patch(1, { line: one }),
  'patch with options': (db, one) => db.table(notes).patch(1, { line: 'x' }, one),
  patchMany: (db, one) => db.table(notes).patchMany(one),
  'patchMany after a good one': (db, one, two) =>
    db.table(notes).patchMany([{ key: 1, set: { line: 'new' } }, { key: 2, set: one }, two]),
  delete: (db, one, two) => db.table(notes).delete(one, two),
  deleteMany: (db, one) => db.table(notes).deleteMany(one),
  'deleteMany after a good one': (db, one) => db.table(notes).deleteMany([1, one]),
  search: (db, one, two) => db.table(notes).search(one, two),
  where: (db, one) => db.table(notes).where(one).all(),
  'where giving': (db, one) =>
    db
      .table(notes)
      .where(() => one)
      .all(),
  'where equal': (db, one) =>
    db
      .table(notes)
      .where((row) => row.line.eq(one))
      .all(),
  'where in': (db, one) =>
    db
      .table(notes)
      .where((row) => row.id.in(one))
      .all(),
  select: (db, one) =>
    db
      .table(notes)
      .select(() => one)
      .all(),
  'select of': (db, one, two) =>
    db
      .table(notes)
      .select(() => ({ a: one, [String(typeof two)]: two }))
      .all(),
  groupBy: (db, one, two) =>
    db
      .table(notes)
      .groupBy(() => one)
      .select(() => two)
      .all(),
  having: (db, one) =>
    db
      .table(notes)
      .groupBy((row) => ({ id: row.id }))
      .having(one)
      .select((row) => ({ id: row.id }))
      .all(),
  orderBy: (db, one, two) =>
    db
      .table(notes)
      .orderBy(one, () => two)
      .all(),
  limit: (db, one) => db.table(notes).limit(one).all(),
  offset: (db, one) => db.table(notes).offset(one).all(),
  join: (db, one, two) => db.table(notes).join(one, two).all(),
  'join on': (db, one) =>
    db
      .table(notes)
      .leftJoin<Sources>(db.table(pairs), () => one)
      .all(),
  all: (db, one) => db.table(notes).all(one),
  stream: (db, one) => Array.fromAsync(db.table(notes).stream(one)),
  page: (db, one) => db.table(notes).page(one),
  'page after': (db, one, two) => db.table(notes).page({ size: 1, after: one, signal: two }),
  explain: (db, one) => db.table(notes).explain(one),
  update: (db, one, two) =>
    db
      .table(notes)
      .where((row) => row.id.gt(0))
      .update(one, two),
  'update a value': (db, one) =>
    db
      .table(notes)
      .where((row) => row.id.gt(0))
      .update({ line: one }),
  'update giving': (db, one) =>
    db
      .table(notes)
      .where((row) => row.id.gt(0))
      .update(() => ({ tags: one })),
  'delete with options': (db, one) =>
    db
      .table(notes)
      .where((row) => row.id.gt(0))
      .delete(one),
}

async function opened() {
  const engine = new TestEngine({ begins: true, speaksSql: true, searches: true })
  const db = await open(engine.backend())
  await db.ensure(notes)
  await db.ensure(pairs)
  await db.table(notes).insert([
    { id: 1, line: 'a' },
    { id: 2, tags: [1] },
  ])
  await db.table(pairs).insert({ a: 1, b: 'x' })
  return { db, engine }
}

/** An answer, or one of our errors with everything as it was. */
async function survives(name: string, one: unknown, two: unknown): Promise<void> {
  const { db, engine } = await opened()
  await using _ = db
  const before = [await db.tables(), await db.table(notes).all(), await db.table(pairs).all()]
  const controller = new AbortController()
  const tooLong = setTimeout(2_000, 'too long', { signal: controller.signal }).catch(() => 'ended')
  const call = (async () => {
    try {
      await calls[name]!(db, one as Any, two as Any)
      return 'answered'
    } catch (error) {
      if (!isHoldfastError(error)) throw new Error('an error that is not ours', { cause: error })
      if (['INTERNAL', 'ENGINE'].includes(error.code)) throw error
      JSON.stringify(error)
      return 'refused'
    }
  })()
  const outcome = await Promise.race([call, tooLong])
  controller.abort()
  expect(['answered', 'refused']).toContain(outcome)
  expect(engine.openTransactions + engine.openIterators).toBe(0)
  if (outcome === 'answered') return
  expect([await db.tables(), await db.table(notes).all(), await db.table(pairs).all()]).toEqual(before)
}

test.each(Object.keys(calls))('%s survives every hostile value', async (name) => {
  const count = hostileValues().length
  for (let index = 0; index < count; index++) {
    await survives(name, hostileValues()[index], hostileValues()[(index * 7) % count])
  }
})

test('random garbage in any call is answered or refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(calls)), garbage(), garbage(), (name, one, two) =>
      survives(name, one.value, two.value),
    ),
    { numRuns: 400 },
  )
})
