import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Batch } from '../backend/types.js'
import type { Expression } from '../expression/types.js'
import type { JoinNode, LimitNode, Relation, RelationColumns, SortNode } from '../relation/types.js'
import { columnsOf } from '../relation/columns-of.js'
import type { LogicalType, StoredRow, StoredValue, TableDefinition } from '../schema/types.js'
import { evaluate, operatorOf } from './evaluate.js'
import { batchSize, collect, inBatches } from './operator.js'
import { unlimited } from './spill/workspace.js'
import { topOperator } from './top.js'

function tableOf(name: string, columns: Record<string, LogicalType>): TableDefinition {
  return {
    name,
    columns: Object.entries(columns).map(([column, type]) => ({ name: column, type, nullable: true })),
    primaryKey: [],
    indexes: [],
    checks: [],
  }
}

const scanOf = (table: TableDefinition): Relation => ({ node: 'scan', table, database: 'main' })
const column = (name: string): Expression => ({ kind: 'column', name })
const equal = (left: string, right: string): Expression => ({
  kind: 'call',
  function: 'equal',
  arguments: [column(left), column(right)],
})

const left = scanOf(tableOf('left', { a: { name: 'integer' }, b: { name: 'text' }, n: { name: 'integer' } }))
const right = scanOf(
  tableOf('right', { x: { name: 'integer' }, y: { name: 'text' }, m: { name: 'integer' } }),
)
const small = fc.option(fc.integer({ min: 0, max: 2 }), { nil: null })
const letter = fc.option(fc.constantFrom('a', 'b', ''), { nil: null })
const leftRows = fc.array(fc.record({ a: small, b: letter, n: fc.nat(9) }), { maxLength: 8 })
const rightRows = fc.array(fc.record({ x: small, y: letter, m: fc.nat(9) }), { maxLength: 8 })
const and = (...parts: Expression[]): Expression => ({ kind: 'call', function: 'and', arguments: parts })
const less: Expression = { kind: 'call', function: 'lessThan', arguments: [column('n'), column('m')] }

describe('a join', () => {
  const conditions: Record<string, readonly [Expression, (row: StoredRow) => boolean]> = {
    'one equality': [equal('a', 'x'), ({ a, x }) => a !== null && a === x],
    'two equalities, one turned round': [
      and(equal('x', 'a'), equal('b', 'y')),
      ({ a, b, x, y }) => a !== null && a === x && b !== null && b === y,
    ],
    'an equality and more': [
      and(equal('a', 'x'), less),
      ({ a, x, n, m }) => a !== null && a === x && (n as number) < (m as number),
    ],
    'no equality': [less, ({ n, m }) => (n as number) < (m as number)],
  }
  for (const kind of ['inner', 'left'] as const) {
    for (const [name, [condition, matches]] of Object.entries(conditions)) {
      test(`${kind} by ${name} is every pair that matches, in the order of the sides`, async () => {
        const node: JoinNode = { node: 'join', kind, left, right, condition }
        const operator = operatorOf(node, [columnsOf(left), columnsOf(right)])
        await fc.assert(
          fc.asyncProperty(leftRows, rightRows, async (lefts, rights) => {
            const pairs = lefts.flatMap((one): StoredRow[] => {
              const found = rights.map((other) => ({ ...one, ...other })).filter(matches)
              return found.length === 0 && kind === 'left' ? [{ ...one, x: null, y: null, m: null }] : found
            })
            expect(await collect(operator([inBatches(lefts), inBatches(rights)], [], unlimited))).toEqual(
              pairs,
            )
          }),
        )
      })
    }
  }

  test('compares decimals of different scales by value', async () => {
    const one = scanOf(tableOf('one', { p: { name: 'decimal', precision: 6, scale: 2 } }))
    const other = scanOf(tableOf('other', { q: { name: 'decimal', precision: 6, scale: 1 } }))
    const node: JoinNode = {
      node: 'join',
      kind: 'inner',
      left: one,
      right: other,
      condition: equal('p', 'q'),
    }
    const rows = operatorOf(node, [columnsOf(one), columnsOf(other)])(
      [[[{ p: 150n }, { p: 15n }]], [[{ q: 15n }]]],
      [],
      unlimited,
    )
    expect(await collect(rows)).toEqual([{ p: 150n, q: 15n }])
  })

  test('gives batches of a bounded size, however many rows match', async () => {
    const node: JoinNode = { node: 'join', kind: 'inner', left, right, condition: equal('a', 'x') }
    const lefts = Array.from({ length: 100 }, (): StoredRow => ({ a: 1, b: null, n: 0 }))
    const rights = Array.from({ length: 100 }, (): StoredRow => ({ x: 1, y: null, m: 0 }))
    const sizes: number[] = []
    const joined = operatorOf(node, [columnsOf(left), columnsOf(right)])([[lefts], [rights]], [], unlimited)
    for await (const batch of joined) sizes.push(batch.length)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(10_000)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(batchSize)
  })

  test('does not read the left side when nothing can match', async () => {
    const node: JoinNode = { node: 'join', kind: 'inner', left, right, condition: less }
    const untouched = {
      [Symbol.asyncIterator]: (): AsyncIterator<Batch> => {
        throw new Error('the left side was asked')
      },
    }
    expect(
      await collect(operatorOf(node, [columnsOf(left), columnsOf(right)])([untouched, []], [], unlimited)),
    ).toEqual([])
  })
})

describe('a sort', () => {
  const terms = fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b'),
      direction: fc.constantFrom('ascending' as const, 'descending' as const),
      nulls: fc.constantFrom('first' as const, 'last' as const),
    }),
    { minLength: 1, maxLength: 2 },
  )

  function comesBefore(one: StoredValue, other: StoredValue, direction: string, nulls: string): number {
    if (one === other) return 0
    if (one === null || other === null) return (one === null) === (nulls === 'first') ? -1 : 1
    return one < other === (direction === 'ascending') ? -1 : 1
  }

  test('orders by each term in turn, and otherwise changes nothing; a limit keeps a range of it', async () => {
    await fc.assert(
      fc.asyncProperty(leftRows, terms, fc.nat(4), fc.nat(9), async (rows, list, offset, count) => {
        const sort: SortNode = {
          node: 'sort',
          input: left,
          terms: list.map(({ name, ...term }) => ({ ...term, expression: column(name) })),
        }
        const expected = list.reduceRight<StoredRow[]>(
          (sorted, { name, direction, nulls }) =>
            sorted.toSorted((one, other) => comesBefore(one[name]!, other[name]!, direction, nulls)),
          rows,
        )
        const columns: RelationColumns = columnsOf(left)
        expect(await collect(operatorOf(sort, [columns])([inBatches(rows)], [], unlimited))).toEqual(expected)
        const limit: LimitNode = { node: 'limit', input: sort, offset, count }
        const range = expected.slice(offset, offset + count)
        expect(await collect(topOperator(limit, sort, columns)(inBatches(rows), [], unlimited))).toEqual(
          range,
        )
        expect(await collect(evaluate(limit, () => inBatches(rows)))).toEqual(range)
      }),
    )
  })
})

describe('a limit', () => {
  const batches = (): Batch[] => [[{ a: 1 }, { a: 2 }], [{ a: 3 }], [{ a: 4 }, { a: 5 }]]
  const table = scanOf(tableOf('numbers', { a: { name: 'integer' } }))
  const limited = (limit: Partial<LimitNode>) =>
    collect(
      operatorOf({ node: 'limit', input: table, offset: 0, ...limit }, [columnsOf(table)])(
        [batches()],
        [2],
        unlimited,
      ),
    )

  test('keeps a range, from numbers or from parameters', async () => {
    const parameter = { kind: 'parameter', index: 0, type: { name: 'integer' } } as const
    expect(await limited({ count: 2, offset: 1 })).toEqual([{ a: 2 }, { a: 3 }])
    expect(await limited({ count: parameter })).toEqual([{ a: 1 }, { a: 2 }])
    expect(await limited({ offset: parameter })).toEqual([{ a: 3 }, { a: 4 }, { a: 5 }])
    expect(await limited({ count: 0 })).toEqual([])
    expect(await limited({ offset: 9, count: 9 })).toEqual([])
  })

  test('asks for no batch beyond its end', async () => {
    let given = 0
    const endless = function* (): Generator<Batch> {
      for (;;) {
        given++
        yield [{ a: given }]
      }
    }
    const node: LimitNode = { node: 'limit', input: table, offset: 1, count: 2 }
    expect(await collect(operatorOf(node, [columnsOf(table)])([endless()], [], unlimited))).toEqual([
      { a: 2 },
      { a: 3 },
    ])
    expect(given).toBe(3)
  })
})

describe('distinct', () => {
  test('keeps the first of equal rows; null equals null', async () => {
    const table = scanOf(tableOf('mixed', { t: { name: 'text' }, b: { name: 'bytes' } }))
    const bytes = new Uint8Array([1])
    const rows: StoredRow[] = [
      { t: 'a', b: null },
      { t: null, b: bytes },
      { t: null, b: new Uint8Array([1]) },
      { t: 'a', b: null },
      { t: '', b: null },
      { t: null, b: null },
    ]
    const answer = await collect(evaluate({ node: 'distinct', input: table }, () => [rows]))
    expect(answer).toEqual([rows[0], rows[1], rows[4], rows[5]])
  })
})

describe('evaluate', () => {
  test('refuses a relation that does not fit together, at once', () => {
    const relation: Relation = { node: 'filter', input: left, condition: column('typo') }
    expect(() => evaluate(relation, () => [])).toThrow(expect.objectContaining({ code: 'UNKNOWN_COLUMN' }))
  })

  test('gives no empty batch', async () => {
    const relation: Relation = { node: 'filter', input: left, condition: equal('a', 'n') }
    const rows: Batch[] = [[{ a: 1, b: null, n: 2 }], [{ a: 1, b: null, n: 1 }], [{ a: null, b: null, n: 1 }]]
    const batches: Batch[] = []
    for await (const batch of evaluate(relation, () => rows)) batches.push(batch)
    expect(batches).toEqual([[{ a: 1, b: null, n: 1 }]])
  })
})
