import { bigint, boolean, double, instant, integer, json, text } from '../facts/notation.js'
import { call } from '../generate/expressions/call.js'
import { databaseName } from '../generate/query-case.js'
import type { QueryCase } from '../generate/query-case.js'
import type { TableCase } from '../generate/tables.js'
import type { Expression } from '../../expression/types.js'
import type { Relation, SortTerm } from '../../relation/types.js'

const numbers: TableCase = {
  definition: {
    name: 'numbers',
    columns: [
      { name: 'id', type: { name: 'bytes' }, nullable: false },
      { name: 'table', type: { name: 'bigint' }, nullable: false },
      { name: 'note', type: { name: 'json' }, nullable: true },
    ],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
  },
  rows: [
    { id: new Uint8Array(), table: -3n, note: '[1]' },
    { id: Uint8Array.of(255, 0), table: -9_223_372_036_854_775_807n, note: null },
    { id: Uint8Array.of(0), table: 7n, note: '{"a":1}' },
  ],
  columns: {},
}

const apart: TableCase = {
  definition: {
    name: 'apart',
    columns: [{ name: 'id', type: { name: 'integer' }, nullable: false }],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
  },
  rows: [{ id: 0 }, { id: 208_386_418 }],
  columns: {},
}

const whole: TableCase = {
  definition: {
    name: 'whole',
    columns: [
      { name: 'id', type: { name: 'integer' }, nullable: false },
      { name: 'value', type: { name: 'bigint' }, nullable: false },
    ],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
  },
  rows: [
    { id: 0, value: 1n },
    { id: 1, value: 9_223_372_036_854_775_807n },
  ],
  columns: {},
}

const moments: TableCase = {
  definition: {
    name: 'moments',
    columns: [
      { name: 'id', type: { name: 'integer' }, nullable: false },
      { name: 'at', type: { name: 'timestamp', unit: 'ms' }, nullable: true },
    ],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
  },
  rows: [
    { id: 1, at: Date.parse('2026-05-01T00:00:00Z') },
    { id: 2, at: null },
  ],
  columns: {},
}

const unknown: TableCase = {
  definition: {
    name: 'unknown',
    columns: [
      { name: 'id', type: { name: 'integer' }, nullable: false },
      { name: 'value', type: { name: 'bigint' }, nullable: true },
    ],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
  },
  rows: [{ id: 1, value: null }],
  columns: {},
}

const scan: Relation = { node: 'scan', table: numbers.definition, database: databaseName }
const column = (name: string): Expression => ({ kind: 'column', name })
const ascending = (expression: Expression): SortTerm => ({
  expression,
  direction: 'ascending',
  nulls: 'last',
})

/** Rows whose month does not begin at an instant that is no beginning of a month: all but those of which nothing is known. */
const otherMonths = call('notEqual', [
  call('truncate', [column('at')], { unit: 'month' }),
  instant('2026-05-02T00:00:00Z'),
])

/** Rows beside those of which a value that is never null is null. */
const besideNone = {
  node: 'join',
  kind: 'left',
  left: { node: 'scan', table: whole.definition, database: databaseName },
  right: {
    node: 'project',
    input: { node: 'scan', table: whole.definition, database: databaseName },
    columns: [{ name: 'other', expression: column('value') }],
  },
  condition: call('isNull', [column('other')]),
} as const satisfies Relation

/** Counterexamples that were found once. They are tried first, every time, on every engine. */
export const queryExamples: readonly QueryCase[] = [
  {
    tables: [numbers],
    queries: [
      // A sum out of range that the answer does not hold.
      {
        node: 'aggregate',
        input: {
          node: 'aggregate',
          input: scan,
          groups: [],
          aggregates: [{ name: 'x', function: 'sum', argument: column('table') }],
        },
        groups: [],
        aggregates: [{ name: 'y', function: 'count', argument: integer(0) }],
      },
      // A range of no row before the first aggregate.
      {
        node: 'aggregate',
        input: { node: 'filter', input: scan, condition: boolean(false) },
        groups: [],
        aggregates: [{ name: 'x', function: 'maximum', argument: column('table') }],
      },
      // Groups of a conjunction, which is then part of another.
      {
        node: 'filter',
        input: {
          node: 'aggregate',
          input: scan,
          groups: [{ name: 'x', expression: call('and', [call('isNull', [column('note')]), boolean(true)]) }],
          aggregates: [],
        },
        condition: call('and', [column('x'), boolean(true)]),
      },
      // What is false of every row, beside rows without a match.
      {
        node: 'join',
        kind: 'left',
        left: scan,
        right: {
          node: 'project',
          input: scan,
          columns: [
            {
              name: 'x',
              expression: call('in', [
                column('table'),
                { kind: 'list', type: { name: 'bigint' }, values: [] },
              ]),
            },
          ],
        },
        condition: boolean(false),
      },
      // Windows over two columns, beside one over the second of them, twice.
      {
        node: 'window',
        input: {
          node: 'join',
          kind: 'inner',
          left: scan,
          right: { node: 'project', input: scan, columns: [{ name: 'x', expression: column('note') }] },
          condition: boolean(true),
        },
        columns: [
          { name: 'y', function: 'rowNumber', partitionBy: [column('x'), column('x')], orderBy: [] },
          {
            name: 'z',
            function: 'minimum',
            argument: column('table'),
            partitionBy: [column('table'), column('x')],
            orderBy: [],
          },
        ],
      },
      // Sorted by what cannot be compared, and by what is the same in every row.
      { node: 'sort', input: scan, terms: [ascending(column('note')), ascending(text('_'))] },
      // A product of values that follow from the query alone and vanish, asked for by no row.
      {
        node: 'project',
        input: { node: 'filter', input: scan, condition: boolean(false) },
        columns: [{ name: 'x', expression: call('multiply', [double(3.99e-122), double(1.99e-247)]) }],
      },
      // Read at a path of a document that is written in the query.
      {
        node: 'filter',
        input: scan,
        condition: call('isNull', [
          call('jsonPath', [json('{"a\\"b":2,"a.b":1}')], { type: { name: 'boolean' }, path: [0] }),
        ]),
      },
    ],
  },
  {
    tables: [apart],
    queries: [
      // A deviation of whole numbers that is none itself, so large that a root of few digits loses the rest.
      {
        node: 'aggregate',
        input: { node: 'scan', table: apart.definition, database: databaseName },
        groups: [],
        aggregates: [{ name: 'x', function: 'standardDeviation', argument: column('id') }],
      },
      // A window over a constant, written in two ways, beside one over as many keys of which it is one.
      {
        node: 'window',
        input: {
          node: 'aggregate',
          input: { node: 'scan', table: apart.definition, database: databaseName },
          groups: [
            { name: 'x', expression: column('id') },
            { name: 'y', expression: bigint(0n) },
          ],
          aggregates: [],
        },
        columns: [
          {
            name: 'z',
            function: 'count',
            partitionBy: [column('y'), call('coalesce', [column('y'), column('y'), bigint(0n)])],
            orderBy: [],
          },
          { name: 'u', function: 'count', partitionBy: [column('x'), column('y')], orderBy: [] },
        ],
      },
      // A number read out of a document that holds none, and that only the query's text says.
      {
        node: 'filter',
        input: { node: 'scan', table: apart.definition, database: databaseName },
        condition: call('equal', [
          call(
            'jsonPath',
            [
              call('coalesce', [
                json('{}'),
                call('case', [call('lessThan', [column('id'), integer(1)]), json('{}'), json('[]')]),
              ]),
            ],
            { type: { name: 'integer' }, path: [] },
          ),
          integer(1),
        ]),
      },
    ],
  },
  {
    tables: [whole],
    queries: [
      // Sums of more than an int64 holds, of rows that are those of a left join with nothing.
      {
        node: 'aggregate',
        input: besideNone,
        groups: [],
        aggregates: [{ name: 'x', function: 'sum', argument: column('value') }],
      },
      {
        node: 'aggregate',
        input: besideNone,
        groups: [],
        aggregates: [{ name: 'x', function: 'average', argument: column('value') }],
      },
    ],
  },
  {
    tables: [whole],
    queries: [
      // A sum beyond int64 that the answer does not hold: core evaluates it anew, and counts what it fetches.
      {
        node: 'join',
        kind: 'inner',
        left: {
          node: 'aggregate',
          input: { node: 'scan', table: whole.definition, database: databaseName },
          groups: [],
          aggregates: [{ name: 'x', function: 'sum', argument: column('value') }],
        },
        right: besideNone.right,
        condition: call('isNull', [column('other')]),
      },
      // All rows are peers; there are none.
      {
        node: 'window',
        input: { ...besideNone, kind: 'inner' },
        columns: [{ name: 'x', function: 'denseRank', partitionBy: [], orderBy: [] }],
      },
    ],
  },
  {
    tables: [numbers, apart],
    queries: [
      // A number read from JSON, below a distinct that is joined.
      {
        node: 'join',
        kind: 'inner',
        left: { node: 'scan', table: apart.definition, database: databaseName },
        right: {
          node: 'project',
          input: {
            node: 'filter',
            input: { node: 'distinct', input: scan },
            condition: call('equal', [
              call('jsonPath', [column('note')], { type: { name: 'double' }, path: ['a'] }),
              double(0),
            ]),
          },
          columns: [{ name: 'other', expression: column('table') }],
        },
        condition: call('equal', [
          call('cast', [column('id')], { type: { name: 'bigint' } }),
          column('other'),
        ]),
      },
      // A column that is always null may be compared, other than the word.
      {
        node: 'filter',
        input: {
          node: 'project',
          input: { node: 'scan', table: apart.definition, database: databaseName },
          columns: [{ name: 'x', expression: { kind: 'literal', type: { name: 'integer' }, value: null } }],
        },
        condition: call('greaterOrEqual', [column('x'), integer(0)]),
      },
    ],
  },
  {
    tables: [unknown],
    queries: [
      // Nothing is known of any value.
      {
        node: 'filter',
        input: { node: 'scan', table: unknown.definition, database: databaseName },
        condition: call('or', [
          call('lessOrEqual', [column('value'), bigint(0n)]),
          call('isDistinctFrom', [column('value'), bigint(0n)]),
        ]),
      },
    ],
  },
  {
    tables: [moments],
    queries: [
      // A comparison that its constant decides, except for nulls.
      {
        node: 'filter',
        input: { node: 'scan', table: moments.definition, database: databaseName },
        condition: otherMonths,
      },
    ],
  },
]
