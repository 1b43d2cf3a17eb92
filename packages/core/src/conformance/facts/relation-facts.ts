import type { Expression } from '../../expression/types.js'
import type {
  AggregateColumn,
  NamedExpression,
  Relation,
  SortTerm,
  WindowColumn,
} from '../../relation/types.js'
import type { StoredRow, TableDefinition } from '../../schema/types.js'
import { databaseName } from '../generate/query-case.js'
import type { TableCase } from '../generate/tables.js'
import { call } from '../generate/expressions/call.js'
import { bigint, boolean, integer } from './notation.js'

/** A question about fixed rows and its answer, written out in user values. */
export interface RelationFact {
  readonly rule: string
  readonly query: Relation
  readonly answer: readonly Record<string, unknown>[] | 'NUMERIC_OVERFLOW'
}

const definition: TableDefinition = {
  name: 'facts',
  columns: [
    { name: 'id', type: { name: 'integer' }, nullable: false },
    { name: 'group', type: { name: 'text' }, nullable: true },
    { name: 'number', type: { name: 'integer' }, nullable: true },
    { name: 'big', type: { name: 'bigint' }, nullable: true },
    { name: 'price', type: { name: 'decimal', precision: 9, scale: 2 }, nullable: true },
    { name: 'ratio', type: { name: 'double' }, nullable: true },
    { name: 'name', type: { name: 'text' }, nullable: true },
    { name: 'document', type: { name: 'json' }, nullable: true },
  ],
  primaryKey: ['id'],
  indexes: [{ name: 'facts_group', columns: ['group', 'number'], unique: false }],
  checks: [],
}

const row = (
  id: number,
  group: string | null,
  number: number | null,
  rest: Partial<StoredRow> = {},
): StoredRow => ({
  id,
  group,
  number,
  big: null,
  price: null,
  ratio: null,
  name: null,
  document: null,
  ...rest,
})

const rows: readonly StoredRow[] = [
  row(1, 'a', 10, { big: 2n ** 63n - 1n, price: 150n, ratio: 0.5, name: '\u{1f600}', document: '{"k":1}' }),
  row(2, 'b', null, { big: 1n, price: -25n, ratio: 2, name: '\ue000', document: '{"k":1}' }),
  row(3, null, 7, { big: -1n, name: 'Z' }),
  row(4, 'a', 3, { price: 5n, ratio: -1.25, name: 'a', document: '[1]' }),
  row(5, null, null),
  row(6, 'b', 3, { ratio: 4, name: '' }),
]

const empty: TableDefinition = { ...definition, name: 'nothing', indexes: [] }

/** The tables that the facts are about. */
export const factTables: readonly TableCase[] = [
  { definition, rows, columns: {} },
  { definition: empty, rows: [], columns: {} },
]

const facts: Relation = { node: 'scan', table: definition, database: databaseName }
const none: Relation = { node: 'scan', table: empty, database: databaseName }

const column = (name: string): Expression => ({ kind: 'column', name })
const ascending = (name: string, nulls: 'first' | 'last' = 'last'): SortTerm => ({
  expression: column(name),
  direction: 'ascending',
  nulls,
})
const descending = (name: string, nulls: 'first' | 'last' = 'last'): SortTerm => ({
  expression: column(name),
  direction: 'descending',
  nulls,
})
const project = (input: Relation, ...names: readonly string[]): Relation => ({
  node: 'project',
  input,
  columns: names.map((name): NamedExpression => ({ name, expression: column(name) })),
})
const filter = (input: Relation, condition: Expression): Relation => ({ node: 'filter', input, condition })
const sort = (input: Relation, ...terms: readonly SortTerm[]): Relation => ({ node: 'sort', input, terms })
const limit = (input: Relation, count: number | undefined, offset = 0): Relation => ({
  node: 'limit',
  input,
  offset,
  ...(count === undefined ? {} : { count }),
})
const aggregate = (
  input: Relation,
  groups: readonly string[],
  ...aggregates: readonly AggregateColumn[]
): Relation => ({
  node: 'aggregate',
  input,
  groups: groups.map((name) => ({ name, expression: column(name) })),
  aggregates,
})
const of = (
  name: AggregateColumn['function'],
  argument?: string,
  rest: Partial<AggregateColumn> = {},
): AggregateColumn => ({
  name: `${name}_${argument ?? 'rows'}`,
  function: name,
  ...(argument === undefined ? {} : { argument: column(argument) }),
  ...rest,
})
const window = (input: Relation, ...columns: readonly WindowColumn[]): Relation => ({
  node: 'window',
  input,
  columns,
})
const over = (
  name: WindowColumn['function'],
  argument: string | undefined,
  rest: Partial<WindowColumn> = {},
): WindowColumn => ({
  name: 'answer',
  function: name,
  ...(argument === undefined ? {} : { argument: column(argument) }),
  partitionBy: [],
  orderBy: [],
  ...rest,
})
const ids = (...values: readonly number[]): Record<string, unknown>[] => values.map((id) => ({ id }))
const answers = (values: readonly (readonly [number, unknown])[]): Record<string, unknown>[] =>
  values.map(([id, answer]) => ({ id, answer }))
const byId = project(facts, 'id')

/** NULL-1, NULL-6, ORDER-1 to ORDER-5, AGG-1 to AGG-7, WIN-1 to WIN-3, written out. */
export const relationFacts: readonly RelationFact[] = [
  { rule: 'NULL-1', query: project(sort(facts, ascending('number')), 'id'), answer: ids(4, 6, 3, 1, 2, 5) },
  { rule: 'NULL-1', query: project(sort(facts, descending('number')), 'id'), answer: ids(1, 3, 4, 6, 2, 5) },
  {
    rule: 'NULL-1',
    query: project(sort(facts, ascending('number', 'first')), 'id'),
    answer: ids(2, 5, 4, 6, 3, 1),
  },
  {
    rule: 'NULL-1',
    query: project(sort(facts, descending('number', 'first')), 'id'),
    answer: ids(2, 5, 1, 3, 4, 6),
  },
  {
    rule: 'NULL-2',
    query: project(filter(facts, call('not', [call('equal', [column('number'), integer(3)])])), 'id'),
    answer: ids(1, 3),
  },
  { rule: 'NULL-2', query: project(filter(facts, boolean(false)), 'id'), answer: [] },
  {
    rule: 'NULL-6',
    query: aggregate(facts, ['group'], of('count'), of('count', 'number'), of('sum', 'number')),
    answer: [
      { group: 'a', count_rows: 2, count_number: 2, sum_number: 13n },
      { group: 'b', count_rows: 2, count_number: 1, sum_number: 3n },
      { group: null, count_rows: 2, count_number: 1, sum_number: 7n },
    ],
  },
  {
    rule: 'NULL-6',
    query: { node: 'distinct', input: project(facts, 'group') },
    answer: [{ group: 'a' }, { group: 'b' }, { group: null }],
  },
  { rule: 'ORDER-1', query: project(sort(facts, ascending('name')), 'id'), answer: ids(6, 3, 4, 2, 1, 5) },
  { rule: 'ORDER-1', query: project(sort(facts, descending('big')), 'id'), answer: ids(1, 2, 3, 4, 5, 6) },
  { rule: 'ORDER-2', query: byId, answer: ids(1, 2, 3, 4, 5, 6) },
  { rule: 'ORDER-2', query: project(sort(facts, descending('group')), 'id'), answer: ids(2, 6, 1, 4, 3, 5) },
  { rule: 'ORDER-3', query: limit(byId, 2), answer: ids(1, 2) },
  { rule: 'ORDER-3', query: limit(byId, 0), answer: [] },
  { rule: 'ORDER-3', query: limit(byId, 2, 4), answer: ids(5, 6) },
  { rule: 'ORDER-3', query: limit(byId, undefined, 4), answer: ids(5, 6) },
  { rule: 'ORDER-3', query: limit(byId, 3, 9), answer: [] },
  { rule: 'ORDER-3', query: limit(limit(byId, 4, 1), 9, 2), answer: ids(4, 5) },
  {
    rule: 'ORDER-3',
    query: project(filter(limit(facts, 3), call('isNull', [column('number')])), 'id'),
    answer: ids(2),
  },
  {
    rule: 'ORDER-3',
    query: project(limit(sort(facts, descending('number')), 2, 1), 'id'),
    answer: ids(3, 4),
  },
  {
    rule: 'ORDER-5',
    query: {
      node: 'join',
      kind: 'left',
      left: project(facts, 'id', 'number'),
      right: renamedIds(),
      condition: call('equal', [column('number'), column('other_number')]),
    },
    answer: [
      { id: 1, number: 10, other: 1, other_number: 10 },
      { id: 2, number: null, other: null, other_number: null },
      { id: 3, number: 7, other: 3, other_number: 7 },
      { id: 4, number: 3, other: 4, other_number: 3 },
      { id: 4, number: 3, other: 6, other_number: 3 },
      { id: 5, number: null, other: null, other_number: null },
      { id: 6, number: 3, other: 4, other_number: 3 },
      { id: 6, number: 3, other: 6, other_number: 3 },
    ],
  },
  {
    rule: 'AGG-1',
    query: aggregate(
      none,
      [],
      of('count'),
      of('countDistinct', 'number'),
      of('sum', 'number'),
      of('average', 'number'),
      of('minimum', 'name'),
      of('maximum', 'name'),
      of('standardDeviation', 'ratio'),
      of('median', 'ratio'),
      of('first', 'name', { orderBy: [] }),
    ),
    answer: [
      {
        count_rows: 0,
        countDistinct_number: 0,
        sum_number: null,
        average_number: null,
        minimum_name: null,
        maximum_name: null,
        standardDeviation_ratio: null,
        median_ratio: null,
        first_name: null,
      },
    ],
  },
  { rule: 'AGG-1', query: aggregate(none, ['group'], of('count')), answer: [] },
  { rule: 'AGG-2', query: aggregate(facts, [], of('sum', 'big')), answer: [{ sum_big: 2n ** 63n - 1n }] },
  {
    rule: 'AGG-2',
    query: aggregate(filter(facts, call('greaterThan', [column('big'), bigint(0n)])), [], of('sum', 'big')),
    answer: 'NUMERIC_OVERFLOW',
  },
  { rule: 'AGG-2', query: aggregate(facts, [], of('sum', 'price')), answer: [{ sum_price: '1.30' }] },
  { rule: 'AGG-3', query: aggregate(facts, [], of('sum', 'ratio')), answer: [{ sum_ratio: 5.25 }] },
  {
    rule: 'AGG-4',
    query: aggregate(facts, [], of('average', 'number'), of('average', 'price'), of('average', 'ratio')),
    answer: [{ average_number: 5.75, average_price: 130 / 3 / 100, average_ratio: 1.3125 }],
  },
  {
    rule: 'AGG-4',
    query: aggregate(facts, [], of('average', 'big')),
    answer: [{ average_big: 2 ** 63 / 3 }],
  },
  {
    rule: 'AGG-5',
    query: aggregate(
      facts,
      [],
      of('minimum', 'name'),
      of('maximum', 'name'),
      of('countDistinct', 'document'),
    ),
    answer: [{ minimum_name: '', maximum_name: '\u{1f600}', countDistinct_document: 2 }],
  },
  {
    rule: 'AGG-5',
    query: aggregate(facts, [], of('countDistinct', 'number')),
    answer: [{ countDistinct_number: 3 }],
  },
  {
    rule: 'AGG-6',
    query: aggregate(
      facts,
      [],
      of('standardDeviation', 'number'),
      of('median', 'number'),
      of('quantile', 'number', { fraction: 0.25 }),
      of('quantile', 'ratio', { fraction: 1 }),
    ),
    answer: [
      {
        standardDeviation_number: Math.sqrt((4.25 ** 2 + 1.25 ** 2 + 2.75 ** 2 + 2.75 ** 2) / 3),
        median_number: 5,
        quantile_number: 3,
        quantile_ratio: 4,
      },
    ],
  },
  {
    rule: 'AGG-6',
    query: aggregate(limit(facts, 1), [], of('standardDeviation', 'number'), of('median', 'number')),
    answer: [{ standardDeviation_number: null, median_number: 10 }],
  },
  {
    rule: 'AGG-7',
    query: aggregate(
      facts,
      ['group'],
      of('first', 'number', { orderBy: [] }),
      of('last', 'name', { orderBy: [descending('ratio')] }),
    ),
    answer: [
      { group: 'a', first_number: 10, last_name: 'a' },
      { group: 'b', first_number: null, last_name: '\ue000' },
      { group: null, first_number: 7, last_name: null },
    ],
  },
  {
    rule: 'WIN-1',
    query: project(
      window(facts, over('rowNumber', undefined, { orderBy: [ascending('number')] })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 4],
      [2, 5],
      [3, 3],
      [4, 1],
      [5, 6],
      [6, 2],
    ]),
  },
  {
    rule: 'WIN-1',
    query: project(
      window(facts, over('rank', undefined, { orderBy: [ascending('number')] })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 4],
      [2, 5],
      [3, 3],
      [4, 1],
      [5, 5],
      [6, 1],
    ]),
  },
  {
    rule: 'WIN-1',
    query: project(
      window(facts, over('denseRank', undefined, { orderBy: [ascending('number')] })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 3],
      [2, 4],
      [3, 2],
      [4, 1],
      [5, 4],
      [6, 1],
    ]),
  },
  {
    rule: 'WIN-2',
    query: project(window(facts, over('sum', 'number', { orderBy: [ascending('id')] })), 'id', 'answer'),
    answer: answers([
      [1, 10n],
      [2, 10n],
      [3, 17n],
      [4, 20n],
      [5, 20n],
      [6, 23n],
    ]),
  },
  {
    rule: 'WIN-2',
    query: project(
      window(facts, over('maximum', 'number', { partitionBy: [column('group')] })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 10],
      [2, 3],
      [3, 7],
      [4, 10],
      [5, 7],
      [6, 3],
    ]),
  },
  {
    rule: 'WIN-2',
    query: project(
      window(facts, over('sum', 'number', { orderBy: [ascending('id')], frame: { start: -1, end: 1 } })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 10n],
      [2, 17n],
      [3, 10n],
      [4, 10n],
      [5, 6n],
      [6, 3n],
    ]),
  },
  {
    rule: 'WIN-2',
    query: project(
      window(facts, over('count', undefined, { orderBy: [ascending('id')], frame: { start: 5 } })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 1],
      [2, 0],
      [3, 0],
      [4, 0],
      [5, 0],
      [6, 0],
    ]),
  },
  {
    rule: 'WIN-2',
    query: project(
      window(facts, over('minimum', 'number', { orderBy: [ascending('id')], frame: { start: 2, end: 3 } })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 3],
      [2, 3],
      [3, 3],
      [4, 3],
      [5, null],
      [6, null],
    ]),
  },
  {
    rule: 'WIN-3',
    query: project(
      window(facts, over('lag', 'number', { partitionBy: [column('group')], orderBy: [ascending('id')] })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, null],
      [2, null],
      [3, null],
      [4, 10],
      [5, 7],
      [6, null],
    ]),
  },
  {
    rule: 'WIN-3',
    query: project(
      window(facts, over('lead', 'id', { orderBy: [ascending('id')], offset: 4 })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 5],
      [2, 6],
      [3, null],
      [4, null],
      [5, null],
      [6, null],
    ]),
  },
]

function renamedIds(): Relation {
  return {
    node: 'project',
    input: facts,
    columns: [
      { name: 'other', expression: column('id') },
      { name: 'other_number', expression: column('number') },
    ],
  }
}
