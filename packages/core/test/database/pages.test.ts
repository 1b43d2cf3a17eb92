import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bigint,
  bytes,
  count,
  decimal,
  integer,
  json,
  open,
  table,
  text,
  timestamp,
} from '../../src/index.js'
import type { ColumnExpression, Query, Sources } from '../../src/index.js'
import { codeOf } from './errors.js'
import { engineKinds, TestEngine } from './test-engine.js'

const things = table(
  'things',
  {
    part: text(),
    number: bigint(),
    weight: decimal(5, 1).nullable(),
    at: timestamp().nullable(),
    mark: bytes().nullable(),
  },
  { primaryKey: ['part', 'number'] },
)

const thing = fc.record({
  part: fc.constantFrom('', 'a', 'b'),
  number: fc.bigInt({ min: -3n, max: 3n }),
  weight: fc.option(fc.constantFrom('0.5', '-1.0', '10.0')),
  at: fc.option(fc.constantFrom(new Date(0), new Date(5))),
  mark: fc.option(fc.constantFrom(new Uint8Array(), new Uint8Array([0]), new Uint8Array([255]))),
})
const termArbitrary = fc.record({
  column: fc.constantFrom('part', 'number', 'weight', 'at', 'mark'),
  down: fc.boolean(),
  nulls: fc.constantFrom('first', 'last'),
})

/** Queries of the property have different columns. */
type AnyQuery = Query<readonly [Readonly<Record<string, ColumnExpression>>]>
const untyped = (query: unknown) => query as AnyQuery

async function pagesOf<S extends Sources>(
  query: Query<S>,
  size: number,
  between: () => Promise<void> = async () => {},
) {
  const rows = []
  let after: string | undefined
  do {
    const page = await query.page({ size, after })
    expect(page.rows.length).toBeLessThanOrEqual(size)
    if (page.next !== undefined) expect(page.rows).toHaveLength(size)
    rows.push(...page.rows)
    after = page.next
    await between()
  } while (after !== undefined)
  return rows
}

describe.each(engineKinds)('pages, on an engine $kind', ({ options }) => {
  const opened = async () => {
    const db = await open(new TestEngine(options).backend())
    await db.ensure(things)
    return db
  }

  test('put together they are the whole answer (ORDER-4)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(thing, { maxLength: 15 }),
        fc.array(termArbitrary, { maxLength: 3 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('all', 'some columns', 'distinct', 'groups', 'range', 'join', 'one row', 'one key'),
        async (rows, terms, size, form) => {
          await using db = await opened()
          await db.table(things).put(rows)
          const ordered = terms.reduce(
            (query, { column, down, nulls }) =>
              query.orderBy((row) => (down ? row[column]!.desc({ nulls }) : row[column]!.asc({ nulls }))),
            untyped(db.table(things).query()),
          )
          const other = untyped(db.table(things).query())
          const forms: Record<string, () => AnyQuery> = {
            all: () => ordered,
            'some columns': () => untyped(ordered.select((row) => ({ at: row['at']! }))),
            distinct: () => untyped(ordered.select((row) => ({ weight: row['weight']! })).distinct()),
            groups: () =>
              untyped(
                ordered
                  .groupBy((row) => ({ weight: row['weight']!, part: row['part']! }))
                  .select((row) => ({ n: count(), weight: row['weight']! })),
              ),
            range: () => ordered.offset(2).limit(9),
            'one row': () => untyped(ordered.select((row) => ({ n: count(row['weight']) }))),
            'one key': () => ordered.where((row) => row['part']!.eq('a').and(row['number']!.eq(1n))),
            join: () =>
              untyped(
                ordered
                  .leftJoin(other, (row, right) => row['weight']!.eq(right['weight']!))
                  .select((row, right) => ({ part: row['part']!, other: right['number']! })),
              ),
          }
          const query = forms[form]!()
          expect(await pagesOf(query, size)).toEqual(await query.all())
        },
      ),
      { numRuns: 60 },
    )
  })

  test('rows that stay are neither lost nor repeated while others come and go', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        async (staying, coming, size) => {
          await using db = await opened()
          const row = (number: number) => ({ part: 'x', number: BigInt(number) })
          await db.table(things).put(staying.map(row))
          const strangers = coming.filter((number) => !staying.includes(number))
          let turn = 0
          const found = await pagesOf(
            db.table(things).where((t) => t.part.eq('x')),
            size,
            async () => {
              const number = strangers[turn++ % Math.max(1, strangers.length)]
              if (number === undefined) return
              const known = await db.table(things).delete(row(number))
              if (!known) await db.table(things).insert(row(number))
            },
          )
          const numbers = found.map(({ number }) => Number(number))
          expect(new Set(numbers).size).toBe(numbers.length)
          expect(staying.filter((number) => !numbers.includes(number))).toEqual([])
        },
      ),
      { numRuns: 40 },
    )
  })

  test('what is no cursor of this order is refused', async () => {
    await using db = await opened()
    await db.table(things).insert([1n, 2n, 3n].map((number) => ({ part: 'a', number })))
    const query = db.table(things).orderBy((t) => t.weight)
    const { next } = await query.page({ size: 1 })
    const foreign = (
      await db
        .table(things)
        .orderBy((t) => t.weight.desc())
        .page({ size: 1 })
    ).next!
    expect(next).toMatch(/^[\w-]+$/)
    const wrong = [
      '',
      'x',
      foreign,
      `${next!}x`,
      next!.slice(3),
      btoa('[]'),
      btoa('{"a":1}'),
      btoa('null'),
      'ä',
      5 as unknown as string,
    ]
    for (const after of wrong)
      expect(await codeOf(() => query.page({ size: 1, after })), after).toBe('INVALID_ARGUMENT')
    const parts = JSON.parse(Buffer.from(next!, 'base64url').toString()) as unknown[]
    for (let index = 0; index < parts.length; index++) {
      for (const value of [{}, 'x', 1.5, true, ['1']]) {
        const forged = Buffer.from(JSON.stringify(parts.with(index, value))).toString('base64url')
        const answer = await query
          .page({ size: 1, after: forged })
          .catch((error: unknown) => (error as { code: string }).code)
        const isText = index === 2 && value === 'x'
        if (!isText) expect(answer).toBe('INVALID_ARGUMENT')
      }
    }
  })
})

test('json cannot be compared, so it cannot be paged over', async () => {
  const documents = table('documents', { id: integer().primaryKey(), body: json() })
  await using db = await open(new TestEngine().backend())
  await db.ensure(documents)
  await db.table(documents).insert([
    { id: 1, body: 'a' },
    { id: 2, body: 'b' },
  ])
  const bodies = db.table(documents).select((d) => ({ body: d.body }))
  expect(await pagesOf(bodies, 1)).toEqual([{ body: 'a' }, { body: 'b' }])
  expect(await codeOf(() => bodies.distinct().page({ size: 1 }))).toBe('TYPE_MISMATCH')
})
