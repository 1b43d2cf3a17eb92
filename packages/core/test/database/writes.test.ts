import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bigint, bytes, decimal, integer, json, open, table, text, timestamp, uuid } from '../../src/index.js'
import type { Database } from '../../src/index.js'
import { codeOf, errorOf } from './errors.js'
import { engineKinds, TestEngine } from './test-engine.js'

const people = table(
  'people',
  {
    id: integer().primaryKey(),
    name: text(),
    age: integer().nullable(),
    email: text().nullable().unique(),
    version: integer().version(),
  },
  { checks: { adult: (row) => row.age.ge(18), named: (row) => row.name.ne('') } },
)
const logs = table('logs', {
  id: bigint().primaryKey().generated(),
  line: text(),
  at: timestamp().default('now'),
})
const files = table('files', {
  folder: text().primaryKey(),
  id: uuid().primaryKey().generated(),
  size: decimal(10, 2),
  content: bytes().nullable(),
  tags: json<string[]>().nullable(),
})

async function opened(
  options: ConstructorParameters<typeof TestEngine>[0],
): Promise<{ db: Database; engine: TestEngine }> {
  const engine = new TestEngine(options)
  const db = await open(engine.backend())
  for (const each of [people, logs, files]) await db.ensure(each)
  return { db, engine }
}

const person = (id: number, name = `p${id}`, age: number | null = 20) => ({ id, name, age })
const stored = (id: number, name = `p${id}`, age: number | null = 20, version = 1) => ({
  ...person(id, name, age),
  email: null,
  version,
})

const personArbitrary = fc.record({
  id: fc.integer({ min: 1, max: 6 }),
  name: fc.constantFrom('a', 'b', 'c'),
  age: fc.option(fc.integer({ min: 18, max: 30 })),
})

describe.each(engineKinds)('writes, on an engine $kind', ({ options }) => {
  test('what is put comes back, the last of a key winning, however it was handed over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(personArbitrary, { maxLength: 12 }),
        fc.constantFrom('array', 'iterable', 'async iterable'),
        async (rows, form) => {
          const { db } = await opened(options)
          await using _ = db
          const iterable = function* () {
            yield* rows
          }
          const asyncIterable = async function* () {
            yield* rows
          }
          const given = form === 'array' ? rows : form === 'iterable' ? iterable() : asyncIterable()
          const last = new Map(rows.map((row) => [row.id, row]))
          const result = await db.table(people).put(given)
          expect(result).toEqual({ count: last.size, keys: rows.map((row) => row.id) })
          const found = await db.table(people).all()
          expect(found.map(({ id, name, age }) => ({ id, name, age }))).toEqual(
            [...last.values()].sort((left, right) => left.id - right.id),
          )
          expect(await db.table(people).getMany([1, 2, 3, 3, 9])).toEqual(
            [1, 2, 3, 3, 9].map((id) => found.find((row) => row.id === id)),
          )
        },
      ),
      { numRuns: 30 },
    )
  })

  test('one row and many, with the policies for a key that is there', async () => {
    const { db } = await opened(options)
    await using _ = db
    const handle = db.table(people)
    expect(await handle.insert(person(1))).toEqual({ count: 1, keys: [1] })
    const duplicate = await errorOf(() => handle.insert([person(2), person(1)]))
    expect([duplicate.code, duplicate.table, duplicate.key]).toEqual(['DUPLICATE_KEY', 'people', 1])
    expect(await handle.count()).toBe(1)
    expect(await handle.insert([person(1, 'x'), person(2)], { onConflict: 'skip' })).toEqual({
      count: 1,
      keys: [1, 2],
    })
    expect(await handle.get(1)).toEqual(stored(1))
    await handle.insert([person(1, 'y')], { onConflict: 'replace' })
    expect(await handle.require(1)).toEqual(stored(1, 'y', 20, 2))
    expect(await handle.insert([])).toEqual({ count: 0, keys: [] })
  })

  test('generated keys come back in the order of the rows, and are never given out twice', async () => {
    const { db } = await opened(options)
    await using _ = db
    const handle = db.table(logs)
    expect(await handle.insert([{ line: 'a' }, { id: 7n, line: 'b' }, { line: 'c' }])).toEqual({
      count: 3,
      keys: [1n, 7n, 8n],
    })
    await handle.delete(8n)
    expect((await handle.insert({ line: 'd' })).keys).toEqual([9n])
    const keys: (bigint | null)[] = (await handle.insert({ id: 1n, line: 'e' }, { onConflict: 'skip' })).keys
    expect(keys).toEqual([1n])
    expect((await handle.require(1n)).at).toBeInstanceOf(Date)
  })

  test('keys of several columns, values whose stored form differs', async () => {
    const { db } = await opened(options)
    await using _ = db
    const handle = db.table(files)
    const { keys } = await handle.insert([
      { folder: 'x', size: '1.5', content: new Uint8Array([1, 2]), tags: ['a'] },
      { folder: 'x', size: '-3', content: null },
    ])
    const [first, second] = keys
    expect(first).toEqual({ folder: 'x', id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) as string })
    const row = { ...first, size: '1.50', content: new Uint8Array([1, 2]), tags: ['a'] }
    expect(await handle.get(first!)).toEqual(row)
    const [one, again] = await handle.getMany([first!, first!])
    expect(one).toEqual(row)
    expect(again).toEqual(row)
    expect(one).not.toBe(again)
    expect(one!.content).not.toBe(again!.content)
    expect(await handle.has(second!)).toBe(true)
    expect(await handle.deleteMany([first!, first!, { folder: 'y', id: second!.id }])).toBe(1)
    expect(await handle.has(first!)).toBe(false)
  })

  test('an iterable that throws changes nothing, and its error comes through as it is', async () => {
    const { db } = await opened(options)
    await using _ = db
    const mine = new RangeError('mine')
    const failing = async function* () {
      yield person(1)
      throw mine
    }
    const failingSync = function* () {
      yield person(1)
      throw mine
    }
    await expect(db.table(people).insert(failing())).rejects.toBe(mine)
    await expect(db.table(people).put(failingSync())).rejects.toBe(mine)
    expect(await db.table(people).count()).toBe(0)
  })

  test('a refused row stops the iterable, and names its place', async () => {
    const { db } = await opened(options)
    await using _ = db
    let ended = false
    const rows = async function* () {
      try {
        yield person(1)
        yield { ...person(2), age: 'old' as unknown as number }
        yield person(3)
      } finally {
        ended = true
      }
    }
    const error = await errorOf(() => db.table(people).insert(rows()))
    expect([error.code, error.path]).toEqual(['INVALID_VALUE', 'rows[1].age'])
    await new Promise(setImmediate)
    expect(ended).toBe(true)
    expect(await db.table(people).count()).toBe(0)
  })

  test('patches change what they name, and raise the version', async () => {
    const { db } = await opened(options)
    await using _ = db
    const handle = db.table(people)
    await handle.insert([person(1), person(2)])
    expect(await handle.patch(1, { email: 'e' })).toBe(true)
    expect(await handle.patch(1, { age: 30 }, { version: 2 })).toBe(true)
    expect(await codeOf(() => handle.patch(1, { age: 31 }, { version: 2 }))).toBe('VERSION_MISMATCH')
    expect(await codeOf(() => handle.patch(9, { email: null }, { version: 1 }))).toBe('VERSION_MISMATCH')
    expect(await handle.patch(9, { name: 'nobody' })).toBe(false)
    expect(await handle.get(1)).toEqual({ ...stored(1, 'p1', 30, 3), email: 'e' })
    expect(
      await handle.patchMany([
        { key: 1, set: { name: 'a' } },
        { key: 2, set: { name: 'b' } },
        { key: 3, set: { name: 'c' } },
        { key: 1, set: { name: 'd' } },
      ]),
    ).toBe(3)
    expect((await handle.all()).map(({ name, version }) => [name, version])).toEqual([
      ['d', 5],
      ['b', 2],
    ])
    expect(await codeOf(() => handle.delete(1, { version: 4 }))).toBe('VERSION_MISMATCH')
    expect(await handle.delete(1, { version: 5 })).toBe(true)
    expect(await handle.delete(1)).toBe(false)
  })

  test('a patch that names nothing only looks', async () => {
    const { db } = await opened(options)
    await using _ = db
    await db.table(logs).insert([{ line: 'a' }, { line: 'b' }])
    expect(await db.table(logs).patch(1n, {})).toBe(true)
    expect(await db.table(logs).patch(5n, {})).toBe(false)
    const patches = [
      { key: 1n, set: {} },
      { key: 2n, set: { line: 'c' } },
      { key: 5n, set: {} },
    ]
    expect(await db.table(logs).patchMany(patches)).toBe(2)
    expect((await db.table(logs).all()).map(({ line }) => line)).toEqual(['a', 'c'])
  })

  test('a check refuses on every way in, and nothing changes', async () => {
    const { db } = await opened(options)
    await using _ = db
    const handle = db.table(people)
    await handle.insert([person(1), person(2, 'two', null)])
    const before = await handle.all()
    const refused = [
      () => handle.insert([person(3), person(4, '')]),
      () => handle.put(person(1, 'kid', 3)),
      () => handle.patch(1, { age: 17 }),
      () =>
        handle.patchMany([
          { key: 2, set: { name: 'x' } },
          { key: 1, set: { name: '' } },
        ]),
      () => handle.where((row) => row.id.gt(0)).update({ age: 1 }),
      () => handle.where((row) => row.id.gt(0)).update((row) => ({ age: row.age.subtract(10) })),
      () => handle.where((row) => row.id.eq(1)).update((row) => ({ name: row.name.substring(0, 0) })),
    ]
    for (const call of refused) expect(await codeOf(call)).toBe('CHECK_VIOLATION')
    expect(await handle.all()).toEqual(before)
    expect((await errorOf(() => handle.patch(1, { age: 17 }))).key).toBe(1)
    expect(await handle.patch(1, { age: null })).toBe(true)
  })

  test('unique values are kept', async () => {
    const { db } = await opened(options)
    await using _ = db
    const handle = db.table(people)
    await handle.insert([{ ...person(1), email: 'e' }, person(2), person(3)])
    expect(
      await codeOf(() =>
        handle.patchMany([
          { key: 2, set: { name: 'x' } },
          { key: 3, set: { email: 'e' } },
        ]),
      ),
    ).toBe('UNIQUE_VIOLATION')
    expect((await handle.require(2)).name).toBe('p2')
  })

  test('a batch of 100,000 rows from an async iterable is one write', async () => {
    const { db, engine } = await opened(options)
    await using _ = db
    const lines = async function* () {
      for (let index = 0; index < 100_000; index++) yield { line: `line ${index}` }
    }
    const { count, keys } = await db.table(logs).insert(lines())
    expect([count, keys.length, keys[0], keys.at(-1)]).toEqual([100_000, 100_000, 1n, 100_000n])
    expect(engine.calls.filter((call) => call === 'write')).toHaveLength(1)
    expect(await db.table(logs).clear()).toBe(100_000)
    expect(await db.table(logs).exists()).toBe(false)
  })

  test('refusals name what is wrong', async () => {
    const { db } = await opened(options)
    await using _ = db
    const handle = db.table(people)
    const wrong: readonly (readonly [call: () => unknown, code: string])[] = [
      [() => handle.require(1), 'NOT_FOUND'],
      [() => handle.get('1' as unknown as number), 'INVALID_VALUE'],
      [() => handle.insert(person(1), { onConflict: 'ignore' as 'skip' }), 'INVALID_ARGUMENT'],
      [() => handle.insert({ ...person(1), nmae: 'x' } as ReturnType<typeof person>), 'UNKNOWN_COLUMN'],
      [() => handle.patch(1, { id: 2 } as object), 'INVALID_VALUE'],
      [() => handle.patch(1, { version: 2 } as object), 'INVALID_VALUE'],
      [() => handle.patch(1, {}, { version: 1.5 }), 'INVALID_ARGUMENT'],
      [() => db.table(logs).patch(1n, {}, { version: 1 }), 'INVALID_ARGUMENT'],
      [() => db.table(logs).delete(1n, { version: 1 }), 'INVALID_ARGUMENT'],
      [() => handle.getMany(5 as unknown as number[]), 'INVALID_ARGUMENT'],
      [() => handle.patchMany([5] as unknown as []), 'INVALID_ARGUMENT'],
      [() => handle.search(['name'], 'x'), 'UNSUPPORTED'],
      [() => handle.search(['age'], 'x'), 'INVALID_ARGUMENT'],
      [() => handle.search([], 'x'), 'INVALID_ARGUMENT'],
      [() => handle.get(1, { signel: 1 } as object), 'INVALID_ARGUMENT'],
    ]
    for (const [call, code] of wrong) expect(await codeOf(call)).toBe(code)
    expect((await errorOf(() => handle.get(1, { signel: 1 } as object))).message).toContain(
      'Did you mean "signal"',
    )
  })
})

describe('searching', () => {
  test('gives the rows in the order of the engine', async () => {
    await using db = await open(new TestEngine({ searches: true }).backend())
    await db.ensure(logs)
    await db.table(logs).insert(['kelp root', 'holdfast', 'kelp frond', 'kelp'].map((line) => ({ line })))
    const found = await db.table(logs).search(['line'], 'kelp', { limit: 2 })
    expect(found.map(({ line }) => line)).toEqual(['kelp root', 'kelp frond'])
  })
})
