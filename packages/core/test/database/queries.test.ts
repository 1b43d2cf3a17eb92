import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  and,
  avg,
  caseWhen,
  count,
  countDistinct,
  first,
  integer,
  json,
  lag,
  literal,
  max,
  open,
  rowNumber,
  sum,
  table,
  text,
} from '../../src/index.js'
import { codeOf, errorOf } from './errors.js'
import { engineKinds, TestEngine } from './test-engine.js'

const orders = table('orders', {
  id: integer().primaryKey(),
  customer: integer(),
  item: text(),
  price: integer().nullable(),
})
const customers = table('customers', { id: integer().primaryKey(), name: text(), price: integer() })

const orderRows = [
  { id: 1, customer: 1, item: 'kelp', price: 10 },
  { id: 2, customer: 2, item: 'rock', price: null },
  { id: 3, customer: 1, item: 'rock', price: 5 },
  { id: 4, customer: 3, item: 'kelp', price: 7 },
  { id: 5, customer: 1, item: 'kelp', price: 10 },
]
const customerRows = [
  { id: 1, name: 'Ann', price: 100 },
  { id: 2, name: 'Bob', price: 200 },
  { id: 4, name: 'Eve', price: 300 },
]

describe.each(engineKinds)('queries, on an engine $kind', ({ options }) => {
  const opened = async () => {
    const engine = new TestEngine(options)
    const db = await open(engine.backend())
    await db.ensure(orders)
    await db.ensure(customers)
    await db.table(orders).insert(orderRows)
    await db.table(customers).insert(customerRows)
    return { db, engine, all: db.table(orders), ids: (rows: { id: number }[]) => rows.map(({ id }) => id) }
  }

  test('rows: conditions, order, range', async () => {
    const { db, all, ids } = await opened()
    await using _ = db
    expect(ids(await all.where((o) => o.price.gt(5)).all())).toEqual([1, 4, 5])
    expect(
      ids(
        await all
          .where((o) => o.price.gt(5))
          .where((o) => o.item.eq('kelp').and(o.customer.ne(3)))
          .all(),
      ),
    ).toEqual([1, 5])
    expect(ids(await all.orderBy((o) => o.price.desc()).all())).toEqual([1, 5, 4, 3, 2])
    expect(ids(await all.orderBy((o) => [o.item, o.price.desc({ nulls: 'first' })]).all())).toEqual([
      1, 5, 4, 2, 3,
    ])
    expect(
      ids(
        await all
          .orderBy((o) => o.item)
          .orderBy((o) => o.id.desc())
          .all(),
      ),
    ).toEqual([5, 4, 1, 3, 2])
    expect(
      ids(
        await all
          .orderBy((o) => o.id.desc())
          .limit(2)
          .all(),
      ),
    ).toEqual([5, 4])
    expect(ids(await all.limit(2).offset(1).all())).toEqual([2, 3])
    expect(ids(await all.offset(3).all())).toEqual([4, 5])
    expect(ids(await all.limit(0).all())).toEqual([])
    expect(
      ids(
        await all
          .limit(2)
          .where((o) => o.item.eq('rock'))
          .all(),
      ),
    ).toEqual([2])
    expect(
      ids(
        await all
          .where((o) => o.item.eq('rock'))
          .limit(2)
          .all(),
      ),
    ).toEqual([2, 3])
    expect(ids(await all.limit(4).limit(2).all())).toEqual([1, 2])
    expect(
      ids(
        await all
          .orderBy((o) => o.id.desc())
          .limit(3)
          .orderBy((o) => o.id)
          .all(),
      ),
    ).toEqual([3, 4, 5])
  })

  test('columns: chosen after an order that they do not hold', async () => {
    const { db, all } = await opened()
    await using _ = db
    const items = all.orderBy((o) => o.id.desc()).select((o) => ({ item: o.item }))
    expect((await items.all()).map(({ item }) => item)).toEqual(['kelp', 'kelp', 'rock', 'rock', 'kelp'])
    expect(await items.distinct().all()).toEqual([{ item: 'kelp' }, { item: 'rock' }])
    expect(await items.limit(1).offset(2).all()).toEqual([{ item: 'rock' }])
    const sorted = all
      .orderBy((o) => o.item.desc())
      .select((o) => ({ what: o.item }))
      .distinct()
    expect(await sorted.all()).toEqual([{ what: 'rock' }, { what: 'kelp' }])
    expect(await sorted.limit(1).all()).toEqual([{ what: 'rock' }])
  })

  test('groups: aggregates, expressions of them, conditions on them', async () => {
    const { db, all } = await opened()
    await using _ = db
    const groups = all.groupBy((o) => ({ item: o.item }))
    expect(await groups.select((o) => ({ item: o.item, n: count(), total: sum(o.price) })).all()).toEqual([
      { item: 'kelp', n: 3, total: 27n },
      { item: 'rock', n: 2, total: 5n },
    ])
    expect(await groups.select(() => ({ n: count() })).all()).toEqual([{ n: 3 }, { n: 2 }])
    expect(
      await groups
        .having(() => count().gt(2))
        .select((o) => ({ item: o.item.upper() }))
        .all(),
    ).toEqual([{ item: 'KELP' }])
    expect(
      await groups
        .having((o) => max(o.price).lt(8))
        .having((o) => o.item.eq('rock'))
        .select((o) => ({ most: max(o.price), twice: count().multiply(2), item: o.item }))
        .all(),
    ).toEqual([{ most: 5, twice: 4, item: 'rock' }])
    expect(
      await groups
        .select((o) => ({ item: o.item, n: count() }))
        .having((g) => g.n.gt(2))
        .all(),
    ).toEqual([{ item: 'kelp', n: 3 }])
    expect(
      await all
        .groupBy((o) => ({ n: o.customer }))
        .select((o) => ({ n: count(), customer: o.customer }))
        .all(),
    ).toEqual([
      { n: 3, customer: 1 },
      { n: 1, customer: 2 },
      { n: 1, customer: 3 },
    ])
    const parity = all
      .groupBy((o) => ({ odd: o.id.modulo(2) }))
      .select((o) => ({ odd: o.id.modulo(2).eq(1), n: count() }))
    expect(await parity.all()).toEqual([
      { odd: false, n: 2 },
      { odd: true, n: 3 },
    ])
    expect(
      await all.select((o) => ({ n: count(), kinds: countDistinct(o.item), mean: avg(o.price) })).one(),
    ).toEqual({
      n: 5,
      kinds: 2,
      mean: 8,
    })
    expect(await all.select((o) => ({ dearest: first(o.id, { orderBy: o.price.desc() }) })).one()).toEqual({
      dearest: 1,
    })
    expect(await codeOf(() => groups.select((o) => ({ id: o.id })))).toBe('TYPE_MISMATCH')
    expect(
      await codeOf(() => groups.select((o) => ({ n: count(), r: rowNumber().over({ orderBy: o.item }) }))),
    ).toBe('TYPE_MISMATCH')
  })

  test('windows beside columns, and in expressions', async () => {
    const { db, all } = await opened()
    await using _ = db
    const running = all
      .where((o) => o.customer.eq(1))
      .orderBy((o) => o.id)
      .select((o) => ({
        id: o.id,
        price: sum(o.price).over({ orderBy: o.id }),
        step: lag(o.price).over({ orderBy: o.id }).coalesce(0),
        place: rowNumber().over({ orderBy: o.id.desc() }).add(100),
      }))
    expect(await running.all()).toEqual([
      { id: 1, price: 10n, step: 0, place: 103 },
      { id: 3, price: 15n, step: 10, place: 102 },
      { id: 5, price: 25n, step: 5, place: 101 },
    ])
    expect(await running.where((r) => r.place.gt(101)).count()).toBe(2)
  })

  test('joins: flat rows, names on both sides, missing matches', async () => {
    const { db, all } = await opened()
    await using _ = db
    const named = db.table(customers).select((c) => ({ customerId: c.id, name: c.name }))
    const flat = all
      .join(named, (o, c) => o.customer.eq(c.customerId))
      .where((o, c) => and(o.price.gt(5), c.name.ne('')))
    expect(await flat.all()).toEqual([
      { ...orderRows[0], customerId: 1, name: 'Ann' },
      { ...orderRows[4], customerId: 1, name: 'Ann' },
    ])
    const both = all.leftJoin(db.table(customers), (o, c) => o.customer.eq(c.id))
    expect(await codeOf(() => both.all())).toBe('TYPE_MISMATCH')
    expect((await errorOf(() => both.relation)).column).toBe('id')
    expect(await both.count()).toBe(5)
    const chosen: { id: number; name: string | null; priceOfCustomer: number | null }[] = await both
      .orderBy((_o, c) => c.name.desc({ nulls: 'first' }))
      .select((o, c) => ({ id: o.id, name: c.name, priceOfCustomer: c.price }))
      .all()
    expect(chosen).toEqual([
      { id: 4, name: null, priceOfCustomer: null },
      { id: 2, name: 'Bob', priceOfCustomer: 200 },
      { id: 1, name: 'Ann', priceOfCustomer: 100 },
      { id: 3, name: 'Ann', priceOfCustomer: 100 },
      { id: 5, name: 'Ann', priceOfCustomer: 100 },
    ])
    const spread = await both.select((o, c) => ({ ...o, owner: c.id })).first()
    expect(spread).toEqual({ ...orderRows[0], owner: 1 })
    const three = all
      .join(db.table(customers), (o, c) => o.customer.eq(c.id))
      .join(db.table(orders), (o, _c, other) => o.item.eq(other.item).and(o.id.lt(other.id)))
      .select((o, c, other) => ({ id: o.id, name: c.name, other: other.id }))
    expect(await three.all()).toEqual([
      { id: 1, name: 'Ann', other: 4 },
      { id: 1, name: 'Ann', other: 5 },
      { id: 2, name: 'Bob', other: 3 },
    ])
    const nested = db
      .table(customers)
      .join(both, (c, o) => c.id.eq(o.customer))
      .select((c, o, again) => ({
        name: c.name,
        order: o.id,
        again: again.name,
      }))
    expect(await nested.limit(1).all()).toEqual([{ name: 'Ann', order: 1, again: 'Ann' }])
    expect(
      await all
        .join(db.table(customers), (o, c) => o.customer.eq(c.id))
        .groupBy((_, c) => ({ name: c.name }))
        .select((_, c) => ({ name: c.name, n: count() }))
        .orderBy((g) => g.n.desc())
        .all(),
    ).toEqual([
      { name: 'Ann', n: 3 },
      { name: 'Bob', n: 1 },
    ])
  })

  test('one, first, exists, count, run', async () => {
    const { db, all } = await opened()
    await using _ = db
    const none = all.where((o) => o.id.eq(99))
    expect(await all.orderBy((o) => o.id.desc()).first()).toEqual(orderRows[4])
    expect(await none.first()).toBeUndefined()
    expect(await all.limit(0).first()).toBeUndefined()
    expect(await codeOf(() => none.one())).toBe('NOT_FOUND')
    expect(await codeOf(() => all.one())).toBe('LIMIT_EXCEEDED')
    expect(await all.limit(1).one()).toEqual(orderRows[0])
    expect([await none.exists(), await all.exists(), await all.limit(3).count(), await none.count()]).toEqual(
      [false, true, 3, 0],
    )
    const { rows, stats } = await all.where((o) => o.id.gt(3)).run()
    expect(rows).toEqual(orderRows.slice(3))
    expect(stats.nodes).toBeGreaterThanOrEqual(2)
    expect(stats.nodesTaken).toBe(options.takes === true ? stats.nodes : 0)
    expect(stats.rowsFetched).toBe(options.takes === true ? 2 : 5)
    const explained = await all.where((o) => o.item.eq('secret')).explain({ analyze: true })
    expect(explained.stats?.rowsFetched).toBe(options.takes === true ? 0 : 5)
    expect(JSON.stringify(explained)).not.toContain('secret')
  })

  test('a query survives JSON, also over another name of database', async () => {
    const { db, all } = await opened()
    await using _ = db
    const query = all
      .where((o) => o.price.isDistinctFrom(null).and(o.item.in(['kelp', 'rock'])))
      .select((o) => ({
        id: o.id,
        big: o.id.cast('bigint'),
        kind: caseWhen(o.price.gt(6), 'dear').otherwise('cheap'),
      }))
      .orderBy((r) => r.kind.desc())
      .limit(3)
    const answer = await query.all()
    expect(answer.map(({ id }) => id)).toEqual([1, 4, 5])
    for (const form of [query.toJSON(), JSON.stringify(query), query.relation, query]) {
      expect(await db.query(form).all()).toEqual(answer)
    }
    const engine = new TestEngine(options)
    await using other = await open(engine.backend(), { name: 'other' })
    await other.ensure(orders)
    await other.table(orders).insert(orderRows)
    const rebuilt = other.query<{ id: number; kind: string }>(JSON.stringify(query))
    expect(
      await rebuilt
        .where((r) => r.kind.eq('dear'))
        .select((r) => ({ id: r.id }))
        .all(),
    ).toEqual(answer.filter(({ kind }) => kind === 'dear').map(({ id }) => ({ id })))
  })

  test('a join of two databases', async () => {
    const { db, all } = await opened()
    await using _ = db
    await using other = await open(new TestEngine(options).backend(), { name: 'other' })
    await other.ensure(customers)
    await other.table(customers).insert(customerRows)
    const joined = all
      .join(other.table(customers), (o, c) => o.customer.eq(c.id))
      .select((o, c) => ({ id: o.id, name: c.name }))
    expect(await joined.all()).toHaveLength(4)
    const streamed = []
    for await (const row of joined.stream()) streamed.push(row)
    expect(streamed).toEqual(await joined.all())
    const { text: explanation } = await joined.explain()
    expect(explanation).toMatch(/main/)
    expect(explanation).toMatch(/other/)
    expect(await codeOf(() => db.query(joined.toJSON()))).toBe('INVALID_ARGUMENT')
    await using twin = await open(new TestEngine(options).backend())
    await twin.ensure(customers)
    expect(await codeOf(() => all.join(twin.table(customers), (o, c) => o.customer.eq(c.id)))).toBe(
      'INVALID_ARGUMENT',
    )
    await other.close()
    expect(await codeOf(() => joined.all())).toBe('CLOSED')
  })

  test('what does not fit is refused where it is written', async () => {
    const { db, all } = await opened()
    await using _ = db
    type Any = never
    const wrong: readonly (readonly [call: () => unknown, code: string])[] = [
      [() => all.where((o) => (o as unknown as { nope: typeof o.price }).nope.gt(1)), 'UNKNOWN_COLUMN'],
      [() => all.where((o) => o.price.add(1) as Any), 'TYPE_MISMATCH'],
      [() => all.where('x' as Any), 'INVALID_ARGUMENT'],
      [() => all.where(() => count().gt(1)), 'TYPE_MISMATCH'],
      [() => all.select(() => ({})), 'TYPE_MISMATCH'],
      [() => all.select((o) => o.id as Any), 'INVALID_ARGUMENT'],
      [() => all.select(() => ({ a: 1 }) as Any), 'TYPE_MISMATCH'],
      [() => all.select((o) => ({ sqlite_x: o.id })), 'INVALID_ARGUMENT'],
      [() => all.orderBy(), 'INVALID_ARGUMENT'],
      [() => all.orderBy(() => 'id' as Any), 'TYPE_MISMATCH'],
      [() => all.limit(-1), 'INVALID_ARGUMENT'],
      [() => all.limit(1.5), 'INVALID_ARGUMENT'],
      [() => all.offset(NaN), 'INVALID_ARGUMENT'],
      [() => all.join(5 as Any, () => 1 as Any), 'INVALID_ARGUMENT'],
      [
        () =>
          all.where(() => {
            throw new TypeError('mine')
          }),
        'INVALID_ARGUMENT',
      ],
      [() => all.page({ size: 0 }), 'INVALID_ARGUMENT'],
      [() => all.page(undefined as Any), 'INVALID_ARGUMENT'],
      [() => db.query('{'), 'INVALID_ARGUMENT'],
      [() => db.query({ node: 'scan' }), 'INVALID_ARGUMENT'],
      [() => db.query(null as Any), 'INVALID_ARGUMENT'],
      [
        () =>
          db
            .table(customers)
            .where((c) => literal(integer(), 1).eq(c.id))
            .update({ id: 1 }),
        'INVALID_VALUE',
      ],
    ]
    for (const [call, code] of wrong) expect(await codeOf(call), String(call)).toBe(code)
  })

  test('conditions compare as JavaScript does, whatever the order of building', async () => {
    const { db, all, ids } = await opened()
    await using _ = db
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom('kelp', 'rock'),
        fc.nat(6),
        fc.nat(6),
        async (price, item, limit, offset) => {
          const wanted = orderRows
            .filter((row) => row.price !== null && row.price <= price && row.item === item)
            .sort((left, right) => right.id - left.id)
            .slice(offset, offset + limit)
          const parts = [
            all
              .where((o) => o.price.le(price))
              .where((o) => o.item.eq(item))
              .orderBy((o) => o.id.desc()),
            all.orderBy((o) => o.id.desc()).where((o) => o.item.eq(item).and(o.price.le(price))),
          ]
          for (const query of parts) {
            expect(ids(await query.offset(offset).limit(limit).all())).toEqual(wanted.map(({ id }) => id))
          }
        },
      ),
      { numRuns: 50 },
    )
  })
})

test('a table that was made without a key is read by queries, in the order of all its columns', async () => {
  const engine = new TestEngine()
  const definition = {
    name: 'loose notes',
    columns: [
      { name: 'b c', type: { name: 'text' }, nullable: true },
      { name: 'a', type: { name: 'integer' }, nullable: false },
    ],
    primaryKey: [],
    indexes: [],
    checks: [],
  } as const
  const backend = engine.backend()
  await using db = await open({
    ...backend,
    open: async (context) => {
      const opened = await backend.open(context)
      return {
        ...opened,
        tables: () => [definition],
        scan: () => [
          [
            { 'b c': 'x', a: 2 },
            { 'b c': null, a: 1 },
            { 'b c': 'x', a: 1 },
          ],
        ],
      }
    },
  })
  const notes = await db.table<{ 'b c': string | null; a: number }>('loose notes')
  expect((await notes.all()).map((row) => [row['b c'], row.a])).toEqual([
    ['x', 1],
    ['x', 2],
    [null, 1],
  ])
  expect(await notes.where((n) => n['b c'].isNull()).count()).toBe(1)
  expect(await codeOf(() => notes.insert({ a: 1 }))).toBe('READ_ONLY')
  expect(await codeOf(() => notes.where((n) => n['b c'].isNull()).delete())).toBe('READ_ONLY')
  expect(await codeOf(() => notes.get(1))).toBe('READ_ONLY')
  expect(await codeOf(() => db.table('loose note'))).toBe('UNKNOWN_TABLE')
})

test('json columns decode in every answer', async () => {
  const documents = table('documents', { id: integer().primaryKey(), body: json<{ a: number }>() })
  await using db = await open(new TestEngine().backend())
  await db.ensure(documents)
  await db.table(documents).insert({ id: 1, body: { a: 1 } })
  const query = db.table(documents).select((d) => ({ body: d.body, a: d.body.path('a').as('integer') }))
  expect(await query.all()).toEqual([{ body: { a: 1 }, a: 1 }])
  expect((await query.page({ size: 5 })).rows).toEqual([{ body: { a: 1 }, a: 1 }])
})
