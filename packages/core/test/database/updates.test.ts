import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bigint, decimal, integer, literal, open, table, text } from '../../src/index.js'
import { codeOf, errorOf } from './errors.js'
import { engineKinds, TestEngine } from './test-engine.js'

const stock = table(
  'stock',
  {
    id: integer().primaryKey(),
    amount: integer(),
    reserved: integer().nullable(),
    price: decimal(4, 2),
    note: text().nullable(),
    version: integer().version(),
  },
  { checks: { notNegative: (row) => row.amount.ge(0), covered: (row) => row.reserved.le(row.amount) } },
)

const item = fc.record({
  amount: fc.integer({ min: 0, max: 9 }),
  reserved: fc.option(fc.constant(0)),
  price: fc.constantFrom('0.00', '1.50', '99.99'),
  note: fc.option(fc.constantFrom('', 'a')),
})

describe.each(engineKinds)('updates and deletes by condition, on an engine $kind', ({ options }) => {
  const opened = async () => {
    const engine = new TestEngine(options)
    const db = await open(engine.backend())
    await db.ensure(stock)
    return { db, engine, all: db.table(stock) }
  }

  test('change exactly the rows that the query reads, from what they were before (WRITE-7)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 8 }),
        fc.integer({ min: 0, max: 9 }),
        async (items, least) => {
          const { db, all } = await opened()
          await using _ = db
          const rows = items.map((row, id) => ({ id, ...row }))
          await all.insert(rows)
          const rich = all.where((row) => row.amount.ge(least))
          const read = await rich.all()
          const count = await rich.update((row) => ({
            amount: row.amount.multiply(2),
            reserved: row.amount,
            note: null,
          }))
          expect(count).toBe(read.length)
          const ids = new Set(read.map(({ id }) => id))
          expect(await all.all()).toEqual(
            rows.map((row) =>
              ids.has(row.id)
                ? { ...row, amount: row.amount * 2, reserved: row.amount, note: null, version: 2 }
                : { ...row, version: 1 },
            ),
          )
          const some = all.where((row) => row.note.isNotNull())
          const left = await all.where((row) => row.note.isNull()).all()
          expect(await some.delete()).toBe(rows.length - left.length)
          expect(await all.all()).toEqual(left)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('what a row cannot become is refused, whatever it is', async () => {
    const { db, all } = await opened()
    await using _ = db
    await all.insert([
      { id: 1, amount: 5, price: '99.00' },
      { id: 2, amount: Number.MAX_SAFE_INTEGER, price: '1.00', reserved: 3 },
    ])
    const before = await all.all()
    const every = all.where((row) => row.id.gt(0))
    const refused: readonly (readonly [call: () => unknown, code: string, key: unknown])[] = [
      [() => every.update((row) => ({ amount: row.amount.add(1) })), 'INVALID_VALUE', 2],
      [() => every.update((row) => ({ price: row.price.add('1') })), 'INVALID_VALUE', 1],
      [() => every.update((row) => ({ amount: row.reserved })), 'INVALID_VALUE', 1],
      [() => every.update((row) => ({ amount: row.amount.negate() })), 'CHECK_VIOLATION', 1],
      [() => every.update({ amount: 2 }), 'CHECK_VIOLATION', 2],
      [() => every.update({ amount: -1, reserved: null }), 'CHECK_VIOLATION', 1],
    ]
    for (const [call, code, key] of refused) {
      const error = await errorOf(call)
      expect([error.code, error.key, error.table], String(call)).toEqual([code, key, 'stock'])
      expect(await all.all()).toEqual(before)
    }
    expect(await all.where((row) => row.id.eq(1)).update((row) => ({ amount: row.amount.add(1) }))).toBe(1)
    expect(await every.update({ reserved: null })).toBe(2)
    expect(await every.update({ note: 'x', price: '3.5' })).toBe(2)
    expect((await all.require(1)).price).toBe('3.50')
  })

  test('only the condition of one table can be changed, and only by what fits', async () => {
    const { db, all } = await opened()
    await using _ = db
    await all.insert({ id: 1, amount: 5, price: '1' })
    const every = all.where((row) => row.id.gt(0))
    type Any = never
    const wrong: readonly (readonly [call: () => unknown, code: string])[] = [
      [() => all.limit(1).delete(), 'TYPE_MISMATCH'],
      [() => all.orderBy((row) => row.id).delete(), 'TYPE_MISMATCH'],
      [() => all.select((row) => ({ id: row.id })).delete(), 'TYPE_MISMATCH'],
      [() => all.join(db.table(stock), (a, b) => a.id.eq(b.id)).update({ note: 'x' }), 'TYPE_MISMATCH'],
      [() => every.update({ id: 2 }), 'INVALID_VALUE'],
      [() => every.update((row) => ({ id: row.id.add(1) })), 'INVALID_VALUE'],
      [() => every.update({ version: 2 }), 'INVALID_VALUE'],
      [() => every.update((row) => ({ version: row.amount })), 'INVALID_VALUE'],
      [() => every.update({ amount: 'x' as Any }), 'INVALID_VALUE'],
      [() => every.update({ amount: null as Any }), 'INVALID_VALUE'],
      [() => every.update({ nmount: 1 } as Any), 'UNKNOWN_COLUMN'],
      [() => every.update((row) => ({ amount: row.note as Any })), 'TYPE_MISMATCH'],
      [() => every.update(() => ({ amount: literal(bigint(), 1n) as Any })), 'TYPE_MISMATCH'],
      [() => every.update(() => ({ price: literal(decimal(4, 1), '1.5') })), 'TYPE_MISMATCH'],
      [() => every.update(5 as Any), 'INVALID_ARGUMENT'],
      [() => every.update(() => 5 as Any), 'INVALID_ARGUMENT'],
      [() => every.update({ amount: 1 }, { signal: 1 } as Any), 'INVALID_ARGUMENT'],
    ]
    for (const [call, code] of wrong) expect(await codeOf(call), String(call)).toBe(code)
    expect(await all.one()).toEqual({
      id: 1,
      amount: 5,
      reserved: null,
      price: '1.00',
      note: null,
      version: 1,
    })
    expect(await every.update({})).toBe(1)
    expect((await all.one()).version).toBe(2)
  })

  test('an engine that can do it by itself is asked to', async () => {
    const { db, engine, all } = await opened()
    await using _ = db
    await all.insert({ id: 1, amount: 5, price: '1' })
    engine.calls.length = 0
    await all.where((row) => row.note.isNull()).update({ note: 'x' })
    const native = options.takes === true
    expect(engine.calls.includes('updateWhere')).toBe(native)
    expect(engine.calls.includes('begin')).toBe(!native && options.begins === true)
    engine.calls.length = 0
    await all.where((row) => row.note.eq('x')).delete()
    expect(engine.calls.includes('deleteWhere')).toBe(native)
  })
})

test('without pushdown core does it all', async () => {
  const engine = new TestEngine({ begins: true, takes: true })
  await using db = await open(engine.backend(), { pushdown: 'none' })
  await db.ensure(stock)
  await db.table(stock).insert({ id: 1, amount: 5, price: '1' })
  expect(
    await db
      .table(stock)
      .where((row) => row.amount.eq(5))
      .update({ note: 'x' }),
  ).toBe(1)
  expect(
    await db
      .table(stock)
      .where((row) => row.note.eq('x'))
      .delete(),
  ).toBe(1)
  expect(engine.calls.filter((call) => ['run', 'updateWhere', 'deleteWhere'].includes(call))).toEqual([])
})
