import { setImmediate, setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { BeginOptions, EngineTransaction } from '../../src/backend/index.js'
import { wrapBackend } from '../../src/conformance/index.js'
import { integer, open, table, text } from '../../src/index.js'
import type { Database } from '../../src/index.js'
import { codeOf, errorOf } from './errors.js'
import { engineKinds, TestEngine } from './test-engine.js'

const notes = table('notes', { id: integer().primaryKey(), line: text() })
const lines = Array.from({ length: 10 }, (_, id) => ({ id, line: `line ${id}` }))

/** Every public call that reaches the engine. */
const calls: readonly ((db: Database) => unknown)[] = [
  (db) => db.ensure(notes),
  (db) => db.create(notes),
  (db) => db.drop(notes, { ifExists: true }),
  (db) => db.tables(),
  (db) => db.table('notes'),
  (db) => db.stats(),
  (db) => db.sql`select 1`,
  (db) => db.transaction(() => 1),
  (db) => db.table(notes).get(1),
  (db) => db.table(notes).getMany([1]),
  (db) => db.table(notes).has(1),
  (db) => db.table(notes).require(1),
  (db) => db.table(notes).insert(lines),
  (db) => db.table(notes).insert([]),
  (db) => db.table(notes).put(lines),
  (db) => db.table(notes).patch(1, { line: 'x' }),
  (db) => db.table(notes).patchMany([]),
  (db) => db.table(notes).delete(1),
  (db) => db.table(notes).deleteMany([]),
  (db) => db.table(notes).clear(),
  (db) => db.table(notes).search(['line'], 'x'),
  (db) => db.table(notes).all(),
  (db) => db.table(notes).first(),
  (db) => db.table(notes).one(),
  (db) => db.table(notes).stream().next(),
  (db) => db.table(notes).batches().next(),
  (db) => db.table(notes).page({ size: 1 }),
  (db) => db.table(notes).count(),
  (db) => db.table(notes).exists(),
  (db) => db.table(notes).run(),
  (db) => db.table(notes).explain(),
  (db) =>
    db
      .table(notes)
      .where((n) => n.id.eq(1))
      .update({ line: 'x' }),
  (db) =>
    db
      .table(notes)
      .where((n) => n.id.eq(1))
      .delete(),
]

describe.each(engineKinds)('the life of a database, on an engine $kind', ({ options }) => {
  const opened = async () => {
    const engine = new TestEngine({ ...options, rowsPerBatch: 3 })
    const db = await open(engine.backend())
    await db.ensure(notes)
    await db.table(notes).insert(lines)
    return { db, engine }
  }

  test('closed, every call is refused, and closing again is fine', async () => {
    const { db, engine } = await opened()
    const handle = db.table(notes)
    const query = handle.where((n) => n.id.gt(1))
    await Promise.all([db.close(), db.close()])
    await db.close()
    expect(engine.closed).toBe(true)
    for (const call of calls) expect(await codeOf(() => call(db)), String(call)).toBe('CLOSED')
    expect(await codeOf(() => handle.get(1))).toBe('CLOSED')
    expect(await codeOf(() => query.all())).toBe('CLOSED')
  })

  test('the end of the block closes', async () => {
    const { db, engine } = await opened()
    {
      await using _ = db
    }
    expect(engine.closed).toBe(true)
  })

  test('closing ends streams, which say so', async () => {
    const { db, engine } = await opened()
    const stream = db.table(notes).stream()
    const batches = db.table(notes).batches()
    expect((await stream.next()).value).toEqual(lines[0])
    await batches.next()
    await db.close()
    expect(engine.openIterators).toBe(0)
    const rest = async () => {
      for await (const _row of stream) continue
    }
    expect(await codeOf(rest)).toBe('CLOSED')
    expect(await codeOf(() => batches.next())).toBe('CLOSED')
    expect(await batches.next()).toEqual({ done: true, value: undefined })
  })

  test('closing while a stream fetches', async () => {
    const { db, engine } = await opened()
    const stream = db.table(notes).batches()
    await stream.next()
    const next = stream.next().catch((error: unknown) => error)
    await db.close()
    expect(engine.openIterators).toBe(0)
    expect(await next).toMatchObject({ code: 'CLOSED' })
  })

  test('calls under way are waited for', async () => {
    const { db } = await opened()
    const slow = async function* () {
      await setTimeout(5)
      yield { id: 100, line: 'late' }
    }
    const writing = db.table(notes).put(slow())
    const reading = db.table(notes).all()
    await db.close()
    expect(await reading).toHaveLength(10)
    // Nothing had been sent when the database was closed: it is refused as a whole.
    expect(await codeOf(() => writing)).toBe('CLOSED')
  })

  test('closing rolls an open transaction back, and does not wait for its callback', async () => {
    const { db, engine } = await opened()
    let proceed: () => void = () => undefined
    const blocked = new Promise<void>((resolve) => (proceed = resolve))
    const running = db.transaction(async (tx) => {
      await tx.table(notes).clear()
      await blocked
      await tx.table(notes).insert(lines)
    })
    const idle = db.transaction(() => blocked)
    const nested = open(new TestEngine(options).backend())
    await setTimeout(1)
    await db.close()
    expect(engine.openTransactions).toBe(0)
    expect(engine.closed).toBe(true)
    proceed()
    expect(await codeOf(() => running)).toBe('CLOSED')
    expect(await codeOf(() => idle)).toBe('CLOSED')
    await (await nested).close()
  })

  test('streams: leaving early frees the engine, and they end once', async () => {
    const { db, engine } = await opened()
    await using _ = db
    for await (const row of db.table(notes).stream()) if (row.id === 4) break
    expect(engine.openIterators).toBe(0)
    const failing = async () => {
      for await (const row of db.table(notes).stream()) throw new RangeError(String(row.id))
    }
    await expect(failing).rejects.toThrow(RangeError)
    expect(engine.openIterators).toBe(0)
    {
      await using stream = db.table(notes).stream()
      await stream.next()
    }
    expect(engine.openIterators).toBe(0)
    const stream = db.table(notes).stream()
    expect(await stream.return()).toEqual({ done: true, value: undefined })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })

  test('rows that are asked for without waiting come in order', async () => {
    const { db } = await opened()
    await using _ = db
    const stream = db.table(notes).stream()
    const steps = await Promise.all(Array.from({ length: 12 }, () => stream.next()))
    expect(steps.map(({ value }) => value)).toEqual([...lines, undefined, undefined])
    const batches = db.table(notes).batches()
    const all = await Promise.all(Array.from({ length: 9 }, () => batches.next()))
    expect(all.flatMap(({ value }) => value ?? [])).toEqual(lines)
  })

  test('aborted, nothing happens', async () => {
    const { db, engine } = await opened()
    await using _ = db
    const signal = AbortSignal.abort('enough')
    const before = engine.calls.length
    const handle = db.table(notes)
    const aborted: readonly (() => unknown)[] = [
      () => handle.get(1, { signal }),
      () => handle.getMany([1], { signal }),
      () => handle.insert({ id: 77, line: 'x' }, { signal }),
      () => handle.patch(1, { line: 'x' }, { signal }),
      () => handle.delete(1, { signal }),
      () => handle.clear({ signal }),
      () => handle.all({ signal }),
      () => handle.stream({ signal }).next(),
      () => handle.page({ size: 1, signal }),
      () => handle.where((n) => n.id.eq(1)).update({ line: 'x' }, { signal }),
      () => db.ensure(notes, { signal }),
      () => db.tables({ signal }),
      () => open(engine.backend(), { signal }),
    ]
    for (const call of aborted) {
      const error = await errorOf(call)
      expect([error.code, error.cause]).toEqual(['ABORTED', 'enough'])
    }
    expect(engine.calls).toHaveLength(before)
  })

  test('aborted on the way, a stream ends and frees the engine', async () => {
    const { db, engine } = await opened()
    await using _ = db
    const controller = new AbortController()
    const seen: number[] = []
    const code = await codeOf(async () => {
      for await (const row of db.table(notes).stream({ signal: controller.signal })) {
        seen.push(row.id)
        if (row.id === 3) controller.abort()
      }
    })
    expect(code).toBe('ABORTED')
    expect(seen.length).toBeLessThan(lines.length)
    expect(engine.openIterators).toBe(0)
    const endless = async function* () {
      for (let id = 1000; ; id++) {
        if (id === 1010) slow.abort()
        yield { id, line: 'x' }
      }
    }
    const slow = new AbortController()
    expect(await codeOf(() => db.table(notes).insert(endless(), { signal: slow.signal }))).toBe('ABORTED')
    expect(await db.table(notes).count()).toBe(10)
  })

  test('what an engine throws is ours, with its error as the cause', async () => {
    const { db, engine } = await opened()
    await using _ = db
    const secret = new TypeError('password=kelp')
    const failing: readonly (readonly [failure: string, call: () => unknown])[] = [
      ['write', () => db.table(notes).insert({ id: 50, line: 'x' })],
      ['get', () => db.table(notes).get(1)],
      ['batch', () => db.table(notes).all()],
      ['batch', () => db.table(notes).stream().next()],
      ['batch', () => db.table(notes).getMany([1])],
    ]
    for (const [failure, call] of failing) {
      engine.failures.set(failure, secret)
      const error = await errorOf(call)
      expect([error.code, error.cause]).toEqual(['ENGINE', secret])
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('kelp')
      expect(engine.openIterators).toBe(0)
    }
  })
})

test('opening refuses what is no backend and unknown options', async () => {
  const backend = new TestEngine().backend()
  type Any = never
  for (const given of [
    undefined,
    null,
    5,
    {},
    { name: 'x' },
    new Proxy(
      {},
      {
        get: () => {
          throw new Error()
        },
      },
    ),
  ]) {
    expect(await codeOf(() => open(given as Any))).toBe('INVALID_ARGUMENT')
  }
  for (const options of [
    { nmae: 'x' },
    { name: '' },
    { pushdown: 'some' },
    { diagnostics: 1 },
    { signal: {} },
    5,
    null,
  ]) {
    expect(await codeOf(() => open(backend, options as Any))).toBe('INVALID_ARGUMENT')
  }
  const failing = { ...backend, open: () => Promise.reject(new Error('no kelp here')) }
  expect(await codeOf(() => open(failing))).toBe('ENGINE')
})

test('what the engine shows of itself', async () => {
  const engine = new TestEngine({ speaksSql: true, begins: true })
  await using db = await open(engine.backend(), { name: 'weather' })
  expect([db.name, db.native.of, db.capabilities.sql]).toEqual(['weather', 'test', 'test'])
  await db.ensure(notes)
  await db.table(notes).insert(lines)
  expect(await db.stats()).toEqual({ tables: [{ name: 'notes', rows: 10 }] })
  type Any = never
  const injected = "'; drop table notes --"
  expect(await db.sql<{ sql: string }>`select ${injected}, ${1n}`).toEqual([
    { sql: 'select ?, ?', values: [injected, 1n] },
  ])
  expect(await codeOf(() => db.sql('select 1' as Any))).toBe('INVALID_ARGUMENT')
  expect(await codeOf(() => db.sql(['select 1'] as Any))).toBe('INVALID_ARGUMENT')
  expect(await codeOf(() => db.sql`select ${undefined}`)).toBe('INVALID_ARGUMENT')
  await db.transaction((tx) => tx.sql`select 1`, { readOnly: true })
  expect(await db.sql({})<{ sql: string }>`select ${1}`).toEqual([{ sql: 'select ?', values: [1] }])
  expect(await codeOf(() => db.sql({ signal: AbortSignal.abort() })`select 1`)).toBe('ABORTED')
  expect(await codeOf(() => db.sql({ singal: 1 } as Any))).toBe('INVALID_ARGUMENT')
  await using mute = await open(new TestEngine().backend())
  expect(await codeOf(() => mute.sql`select 1`)).toBe('UNSUPPORTED')
})

test('closing rolls back after the end of a nested transaction, not during it', async () => {
  const steps: string[] = []
  const releasing = Promise.withResolvers<undefined>()
  const released = Promise.withResolvers<undefined>()
  const backend = wrapBackend(new TestEngine({ begins: true }).backend(), (engine) => ({
    begin: async (options: BeginOptions): Promise<EngineTransaction> => {
      const transaction = await engine.begin!(options)
      const release = async () => {
        releasing.resolve(undefined)
        await released.promise
        steps.push('released')
      }
      const rollback = async () => {
        steps.push('rolled back')
        await transaction.rollback()
      }
      return { ...transaction, savepoint: () => ({ release, rollback }), rollback }
    },
  }))
  const db = await open(backend)
  const outer = db.transaction((transaction) => transaction.transaction(() => 1))
  await releasing.promise
  const closed = db.close()
  await setImmediate()
  released.resolve(undefined)
  await closed
  expect(await codeOf(() => outer)).toBe('CLOSED')
  expect(steps).toEqual(['released', 'rolled back'])
})
