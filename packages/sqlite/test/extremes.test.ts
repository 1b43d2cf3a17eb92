import { integer, isHoldfastError, open, table, text } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import type { Expression, FunctionName, NamedExpression, Relation } from '@holdfast/core/backend'
import { expect, test } from 'vitest'
import { sqlite } from '../src/index.js'
import { opened } from './databases.js'
import { temporaryFile } from './files.js'

const things = table('things', { id: integer().primaryKey(), n: integer().nullable(), s: text() })

const repeat = <Value>(count: number, make: (index: number) => Value) =>
  Array.from({ length: count }, (_, index) => make(index))

const column = (name: string): Expression => ({ kind: 'column', name })
const value = (number: number): Expression => ({ kind: 'literal', type: { name: 'integer' }, value: number })
const call = (name: FunctionName, ...args: readonly Expression[]): Expression => ({
  kind: 'call',
  function: name,
  arguments: args,
})
const nested = (name: FunctionName, times: number, start: Expression, other: Expression): Expression =>
  repeat(times, () => 0).reduce((inner) => call(name, inner, other), start)

const [id, n, s] = ['id', 'n', 's'].map(column) as [Expression, Expression, Expression]
const scan: Relation = { node: 'scan', table: things.definition, database: 'main' }
const where = (condition: Expression, input: Relation = scan): Relation => ({
  node: 'filter',
  input,
  condition,
})
const select = (columns: readonly NamedExpression[], input: Relation = scan): Relation => ({
  node: 'project',
  input,
  columns,
})
const one = (expression: Expression, input: Relation = scan) => select([{ name: 'x', expression }], input)
const list = (count: number): Expression => ({
  kind: 'list',
  type: { name: 'integer' },
  values: repeat(count, (index) => index * 3),
})

const extremes: Readonly<Record<string, Relation>> = {
  'conditions joined by or': where(
    call('or', ...repeat(900, (index) => call('equal', id, value(index * 2)))),
  ),
  'conditions joined by and': where(
    call('and', ...repeat(900, (index) => call('notEqual', id, value(index * 2)))),
  ),
  'conditions one above another': repeat(50, (index) => index).reduce<Relation>(
    (input, index) => where(call('notEqual', id, value(index)), input),
    scan,
  ),
  'values of a list': where(call('in', id, list(100_000))),
  'choices of coalesce': one(call('coalesce', ...repeat(400, () => n), id)),
  'cases of a case': one(
    call(
      'case',
      ...repeat(400, (index) => [call('equal', id, value(index)), value(-index)]).flat(),
      value(7),
    ),
  ),
  'concatenated texts': one(nested('concat', 50, s, s)),
  'nested sums': one(nested('add', 50, id, value(1))),
  'nested products that overflow': one(nested('multiply', 50, n, n)),
  'nested quotients': one(nested('integerDivide', 50, id, value(1))),
  'nested negations': where(
    repeat(50, () => 0).reduce<Expression>((inner) => call('not', inner), call('isNull', n)),
  ),
  'projections of projections': repeat(20, () => 0).reduce<Relation>(
    (input) => select([{ name: 'id', expression: call('add', id, id) }], input),
    scan,
  ),
  'columns of an answer': select(
    repeat(900, (index) => ({ name: `c${index}`, expression: call('add', id, value(index)) })),
  ),
  'terms of an order': {
    node: 'sort',
    input: scan,
    terms: repeat(100, (index) => ({
      expression: call('modulo', id, value(index + 2)),
      direction: 'descending',
      nulls: 'last',
    })),
  },
  'columns of groups': {
    node: 'aggregate',
    input: scan,
    groups: repeat(60, (index) => ({ name: `g${index}`, expression: call('modulo', id, value(index + 2)) })),
    aggregates: repeat(60, (index) => ({
      name: `a${index}`,
      function: 'sum',
      argument: call('add', id, value(index)),
    })),
  },
  'tables in a join': repeat(12, (index) => index).reduce<Relation>(
    (left, index) => ({
      node: 'join',
      kind: index % 2 === 0 ? 'inner' : 'left',
      left,
      right: select([{ name: `j${index}`, expression: id }]),
      condition: call('equal', id, column(`j${index}`)),
    }),
    scan,
  ),
  'windows beside each other': {
    node: 'window',
    input: scan,
    columns: repeat(40, (index) => ({
      name: `w${index}`,
      function: 'sum',
      argument: n,
      partitionBy: [call('modulo', id, value(index + 2))],
      orderBy: [],
    })),
  },
}

/** The answer of a query, or the code of its refusal. */
async function answerOf(database: Database, relation: Relation): Promise<unknown> {
  try {
    return await database.query(relation).all()
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'LIMIT_EXCEEDED') return error.code
    throw error
  }
}

test.each(Object.entries(extremes))('many %s are answered as core answers them', async (_, relation) => {
  const path = temporaryFile()
  const database = await opened({ path })
  await database.ensure(things)
  await database
    .table(things)
    .insert(repeat(300, (index) => ({ id: index, n: index % 3 === 0 ? null : index, s: `thing ${index}` })))
  const plain = await open(sqlite({ path }), { pushdown: 'none' })
  const expected = await answerOf(plain, relation)
  await plain.close()
  expect(await answerOf(database, relation)).toEqual(expected)
})

test('a table of many columns takes many rows', async () => {
  const database = await opened()
  const columns = Object.fromEntries(repeat(1500, (index) => [`c${index}`, integer().nullable()]))
  const wide = table('wide', { id: integer().primaryKey(), ...columns })
  await database.ensure(wide)
  const rows = repeat(50, (index) => ({ id: index, c0: index, c1499: index * 2 }))
  await database.table(wide).insert(rows)
  expect(await database.table(wide).get(49)).toMatchObject({ c0: 49, c7: null, c1499: 98 })
})

test('a table of more columns than SQLite has is refused', async () => {
  const database = await opened()
  const columns = Object.fromEntries(repeat(2100, (index) => [`c${index}`, integer().nullable()]))
  const wider = table('wider', { id: integer().primaryKey(), ...columns })
  await expect(database.ensure(wider)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED', table: 'wider' })
  expect(await database.tables()).toEqual([])
})

test('values of the greatest size come back', async () => {
  const database = await opened()
  await database.ensure(things)
  const longest = 'ü'.repeat(8 * 1024 * 1024)
  await database.table(things).insert({ id: 1, n: 0, s: longest })
  const found = await database.table(things).get(1)
  expect(found?.s === longest).toBe(true)
  // Twice that is too long for a text, and so null.
  const twice = database.table(things).select((row) => ({ x: row.s.concat(row.s) }))
  expect(await twice.all()).toEqual([{ x: null }])
})
