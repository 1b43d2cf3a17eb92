import { avg, integer, open, sum, table, text } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memory } from '../src/index.js'
import { questions } from './random-queries.js'
import { readings, rows } from './readings.js'

describe('tables of many chunks', () => {
  let taking: Database
  let alone: Database

  beforeAll(async () => {
    taking = await open(memory())
    alone = await open(memory(), { pushdown: 'none' })
    for (const database of [taking, alone]) {
      await database.ensure(readings)
      // The second half first, so that not all rows come in key order.
      await database.table(readings).insert(rows.slice(10_000))
      await database.table(readings).insert(rows.slice(0, 10_000))
    }
  })
  afterAll(() => Promise.all([taking.close(), alone.close()]))

  test('answer as core does alone, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(questions, async (ask) => {
        expect(await ask(taking.table(readings))).toEqual(await ask(alone.table(readings)))
      }),
      { numRuns: 200 },
    )
  })

  test('are read by key, by index and by ranges of keys where that is shorter', async () => {
    const ask = taking.table(readings)
    const ways = await Promise.all(
      [
        ask.where((r) => r.id.eq(30)),
        ask.where((r) => r.id.in([3, 6, 7]).and(r.kind.eq('sea'))),
        ask.where((r) => r.level.eq(12)),
        ask.where((r) => r.kind.eq('lake').and(r.checked.eq(true))),
        ask.where((r) => r.id.gt(50_000).and(r.id.le(51_000))),
        ask.where((r) => r.celsius.gt(10)),
      ].map(async (query) => (await query.explain()).engines.map(({ plan }) => plan)),
    )
    expect(ways.flat()).toEqual([
      'readings: by keys',
      'readings: by keys',
      'readings: by index readings_level',
      'readings: by all rows',
      'readings: by key range',
      'readings: by all rows',
    ])
  })
})

const numbers = table('numbers', { id: integer().primaryKey(), value: integer() })

describe('a table that was filled in key order', () => {
  test('gives each row by a range of one key', async () => {
    await using database = await open(memory())
    await database.ensure(numbers)
    const handle = database.table(numbers)
    await handle.insert(Array.from({ length: 9_000 }, (_, id) => ({ id, value: id })))
    for (let id = 0; id < 9_000; id++) {
      const found = await handle.where((r) => r.id.ge(id).and(r.id.le(id))).all()
      expect(found).toEqual([{ id, value: id }])
    }
  })

  test('sums integers without loss beyond what a double holds', async () => {
    await using database = await open(memory())
    await database.ensure(numbers)
    const handle = database.table(numbers)
    const value = Number.MAX_SAFE_INTEGER
    await handle.insert(Array.from({ length: 1_001 }, (_, id) => ({ id, value: value - (id % 2) })))
    const [totals] = await handle.select((r) => ({ total: sum(r.value), mean: avg(r.value) })).all()
    const total = BigInt(value) * 1_001n - 500n
    expect(totals).toEqual({ total, mean: Number(total) / 1_001 })
  })
})

const pages = table(
  'pages',
  { book: text(), page: integer(), lines: integer() },
  { primaryKey: ['book', 'page'] },
)

interface Page {
  readonly book: string
  readonly page: number
  readonly lines: number
}

/** Many rows at once: in key order or not, new or there already. */
const step = fc.record({
  what: fc.constantFrom('put', 'put', 'put', 'delete', 'stream'),
  books: fc.array(fc.constantFrom('a', 'b', '\u{1f4d6}', '\uffff'), { minLength: 1, maxLength: 2 }),
  from: fc.integer({ min: 0, max: 9_000 }),
  length: fc.constantFrom(1, 3, 700, 5_000, 9_000),
  stride: fc.constantFrom(1, 1, 7, -3),
})

describe('the order of keys', () => {
  test('is that of the rows after any writes, and a stream sees the rows as they were when it began', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        await using database = await open(memory())
        await database.ensure(pages)
        const handle = database.table(pages)
        const model = new Map<string, Page>()
        const streams: { read: Promise<Page[]>; expected: Page[] }[] = []
        for (const [number, { what, books, from, length, stride }] of steps.entries()) {
          const touched = books.flatMap((book) =>
            Array.from({ length }, (_, index) => ({ book, page: from + index * stride, lines: number })),
          )
          if (what === 'put') {
            await handle.put(touched)
            for (const page of touched) model.set(keyOf(page), page)
          } else if (what === 'delete') {
            await handle.deleteMany(touched.map(({ book, page }) => ({ book, page })))
            for (const page of touched) model.delete(keyOf(page))
          } else {
            const stream = handle.query().stream()
            const begun = await stream.next()
            const rest = async () => (begun.done ? [] : [begun.value, ...(await Array.fromAsync(stream))])
            streams.push({ read: later().then(rest), expected: inOrder(model) })
          }
        }
        expect(await handle.query().all()).toEqual(inOrder(model))
        for (const { read, expected } of streams) expect(await read).toEqual(expected)
      }),
      { numRuns: 30 },
    )
  })
})

/** After all that is waiting now. */
function later(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function keyOf({ book, page }: Page): string {
  return `${book} ${page}`
}

function inOrder(model: ReadonlyMap<string, Page>): Page[] {
  const books = ['a', 'b', '\uffff', '\u{1f4d6}']
  return [...model.values()].sort(
    (left, right) => books.indexOf(left.book) - books.indexOf(right.book) || left.page - right.page,
  )
}
