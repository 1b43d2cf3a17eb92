import type { ErrorCode } from '../../../backend/errors.js'
import type { Database } from '../../../database/database-types.js'
import type { Expression } from '../../../expression/types.js'
import type { Relation } from '../../../relation/types.js'
import type { Bench } from '../../bench.js'
import { call } from '../../generate/expressions/call.js'
import { databaseName } from '../../generate/query-case.js'
import { fixedProperty } from '../../property.js'
import type { FixedCase } from '../../property.js'
import { boolean, double, integer, json, nothing, text } from '../../facts/notation.js'
import { expectRefusal, expectRows } from '../../report/expect.js'
import { withinLimit } from '../../time-limit.js'
import { below, item, items, withItems } from '../items.js'

interface RefusedQuery {
  readonly name: string
  readonly rules: readonly string[]
  readonly code: ErrorCode | readonly ErrorCode[]
  readonly query: Relation
}

const scan: Relation = { node: 'scan', table: items, database: databaseName }
const column = (name: string): Expression => ({ kind: 'column', name })
const where = (condition: Expression): Relation => ({ node: 'filter', input: scan, condition })
const select = (expression: Expression): Relation => ({
  node: 'project',
  input: scan,
  columns: [{ name: 'x', expression }],
})

const refused: readonly RefusedQuery[] = [
  {
    name: 'a comparison with the null literal',
    rules: ['NULL-3'],
    code: 'TYPE_MISMATCH',
    query: where(call('equal', [column('amount'), nothing({ name: 'integer' })])),
  },
  {
    name: 'a comparison of two types',
    rules: ['TEXT-1'],
    code: 'TYPE_MISMATCH',
    query: where(call('equal', [column('amount'), text('1')])),
  },
  {
    name: 'a comparison of integer and double',
    rules: ['TEXT-1'],
    code: 'TYPE_MISMATCH',
    query: where(call('lessThan', [column('amount'), double(1)])),
  },
  {
    name: 'less than of json',
    rules: ['JSON-2'],
    code: 'TYPE_MISMATCH',
    query: where(call('lessThan', [json('1'), json('2')])),
  },
  {
    name: 'a condition that is no boolean',
    rules: ['NULL-2'],
    code: 'TYPE_MISMATCH',
    query: where(column('amount')),
  },
  {
    name: 'arithmetic on text',
    rules: ['NUM-1'],
    code: 'TYPE_MISMATCH',
    query: select(call('add', [column('label'), column('label')])),
  },
  {
    name: 'a cast that is not offered',
    rules: ['NUM-4'],
    code: 'TYPE_MISMATCH',
    query: select(call('cast', [column('label')], { type: { name: 'integer' } })),
  },
  {
    name: 'the hour of a day',
    rules: ['TIME-1'],
    code: 'TYPE_MISMATCH',
    query: select(
      call('datePart', [{ kind: 'literal', type: { name: 'date' }, value: '2024-01-01' }], { unit: 'hour' }),
    ),
  },
  {
    name: 'an unknown column',
    rules: [],
    code: 'UNKNOWN_COLUMN',
    query: where(call('isNull', [column('no_such_column')])),
  },
  {
    name: 'a column only in name of a prototype',
    rules: [],
    code: 'UNKNOWN_COLUMN',
    query: select(column('constructor')),
  },
  {
    name: 'maximum of json',
    rules: ['JSON-2', 'AGG-5'],
    code: 'TYPE_MISMATCH',
    query: {
      node: 'aggregate',
      input: scan,
      groups: [],
      aggregates: [{ name: 'x', function: 'maximum', argument: json('1') }],
    },
  },
  {
    name: 'a sum of text',
    rules: ['AGG-2'],
    code: 'TYPE_MISMATCH',
    query: {
      node: 'aggregate',
      input: scan,
      groups: [],
      aggregates: [{ name: 'x', function: 'sum', argument: column('label') }],
    },
  },
  {
    name: 'a join of columns with one name',
    rules: [],
    code: 'TYPE_MISMATCH',
    query: { node: 'join', kind: 'inner', left: scan, right: scan, condition: boolean(true) },
  },
  {
    name: 'a negative limit',
    rules: ['ORDER-3'],
    code: ['TYPE_MISMATCH', 'INVALID_ARGUMENT'],
    query: { node: 'limit', input: scan, count: -1, offset: 0 },
  },
  {
    name: 'a limit that is no whole number',
    rules: ['ORDER-3'],
    code: ['TYPE_MISMATCH', 'INVALID_ARGUMENT'],
    query: { node: 'limit', input: scan, count: 1.5, offset: 0 },
  },
  {
    name: 'two columns that differ in case',
    rules: ['WRITE-9'],
    code: 'TYPE_MISMATCH',
    query: {
      node: 'project',
      input: scan,
      columns: [
        { name: 'a', expression: integer(1) },
        { name: 'A', expression: integer(2) },
      ],
    },
  },
  {
    name: 'a null in a list',
    rules: ['NULL-4'],
    code: ['INVALID_VALUE', 'TYPE_MISMATCH', 'INVALID_ARGUMENT'],
    query: where(
      call('in', [column('amount'), { kind: 'list', type: { name: 'integer' }, values: [1, null] }]),
    ),
  },
  {
    name: 'a literal that is not of its type',
    rules: ['TYPE-1'],
    code: ['INVALID_VALUE', 'TYPE_MISMATCH', 'INVALID_ARGUMENT'],
    query: where(call('equal', [column('amount'), integer('1')])),
  },
  {
    name: 'an expression nested without measure',
    rules: [],
    code: 'LIMIT_EXCEEDED',
    query: where(nested(1000)),
  },
  { name: 'a relation nested without measure', rules: [], code: 'LIMIT_EXCEEDED', query: deep(1000) },
]

function nested(depth: number): Expression {
  let condition: Expression = boolean(true)
  for (let level = 0; level < depth; level += 1) condition = call('not', [condition])
  return condition
}

function deep(depth: number): Relation {
  let relation = scan
  for (let level = 0; level < depth; level += 1) relation = { node: 'distinct', input: relation }
  return relation
}

/** Queries that do not fit together are refused before an engine sees them, with the code and the place. */
export const badQueriesAreRefused = fixedProperty({
  name: 'queries/refusals',
  rules: [...new Set(refused.flatMap(({ rules }) => rules))],
  cases: [
    ...refused.map((one): FixedCase => ({
      name: one.name,
      rules: one.rules,
      check: (bench) => checkRefused(bench, one),
    })),
    { name: 'update and delete of what is more than where', rules: ['WRITE-7'], check: changesOfQueries },
    { name: 'one() of several rows, page() of no size', check: wrongCounts },
    { name: 'a page that follows no page of this order', rules: ['ORDER-4'], check: foreignCursors },
  ],
})

async function checkRefused(bench: Bench, { name, code, query }: RefusedQuery): Promise<void> {
  await withItems(bench, [item(1)], async (database, table) => {
    await expectRefusal(name, code, () => withinLimit('query', () => database.query(query).all()))
    await expectRefusal(`${name}, as JSON`, code, () =>
      withinLimit('query', () => database.query(plainJson(query)).all()),
    )
    expectRows('the table afterwards', await table.all(), [item(1)])
  })
}

/** The relation as JSON made by hand, for what the writer of JSON would refuse already. */
function plainJson(query: Relation): object {
  return JSON.parse(
    JSON.stringify(query, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  ) as object
}

async function changesOfQueries(bench: Bench): Promise<void> {
  await withItems(bench, [item(1), item(2)], async (database, table) => {
    const queries = [
      database.query({ node: 'limit', input: scan, count: 1, offset: 0 }),
      database.query({
        node: 'sort',
        input: scan,
        terms: [{ expression: column('id'), direction: 'ascending', nulls: 'last' }],
      }),
      database.query({ node: 'distinct', input: scan }),
      database.query(select(column('label'))),
    ]
    for (const query of queries) {
      await expectRefusal('delete', 'TYPE_MISMATCH', () => query.delete())
      await expectRefusal('update', 'TYPE_MISMATCH', () => query.update({}))
    }
    await expectRefusal('update of an unknown column', 'UNKNOWN_COLUMN', () =>
      below(database, 9).update({ other: 1 }),
    )
    await expectRefusal('update to a value of another type', 'INVALID_VALUE', () =>
      below(database, 9).update({ label: 1 }),
    )
    await expectRefusal('update to null', 'INVALID_VALUE', () => below(database, 9).update({ label: null }))
    expectRows('the table afterwards', await table.all(), [item(1), item(2)])
  })
}

async function wrongCounts(bench: Bench): Promise<void> {
  await withItems(bench, [item(1), item(2)], async (_database, table) => {
    await expectRefusal('one()', 'LIMIT_EXCEEDED', () => table.one())
    for (const size of [0, -1, 1.5, NaN, '1']) {
      await expectRefusal(`page of size ${size}`, 'INVALID_ARGUMENT', () =>
        table.page({ size: size as number }),
      )
      if (size !== 0)
        await expectRefusal(`limit of ${size}`, ['INVALID_ARGUMENT', 'TYPE_MISMATCH'], () =>
          table.limit(size as number).all(),
        )
    }
  })
}

async function foreignCursors(bench: Bench): Promise<void> {
  await withItems(bench, [item(1), item(2), item(3)], async (database, table) => {
    const { next } = await table.page({ size: 1 })
    await expectForeign(database, next)
    for (const after of ['', 'x', '{}', '[]', 'W10', '\ud800', `${next}x`]) {
      await expectRefusal(`a page after ${JSON.stringify(after)}`, 'INVALID_ARGUMENT', () =>
        table.page({ size: 1, after }),
      )
    }
    const rest = await table.page({ size: 5, after: next })
    expectRows('the page after the cursor', rest.rows, [item(2), item(3)])
  })
}

async function expectForeign(database: Database, next: string | undefined): Promise<void> {
  const other = database.query({
    node: 'sort',
    input: scan,
    terms: [{ expression: column('label'), direction: 'descending', nulls: 'last' }],
  })
  await expectRefusal('a page after one of another order', 'INVALID_ARGUMENT', () =>
    other.page({ size: 1, after: next }),
  )
}
