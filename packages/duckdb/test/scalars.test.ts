import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { compileRowExpression, functions } from '@holdfast/core/backend'
import type {
  CallOptions,
  DateUnit,
  Expression,
  FunctionName,
  LogicalType,
  Relation,
  RelationColumns,
  StoredRow,
  StoredValue,
  TableDefinition,
} from '@holdfast/core/backend'
import { compile } from '@holdfast/sql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Binding } from '../src/codec/bindings.js'
import { rowReader } from '../src/codec/rows.js'
import { dialect } from '../src/dialect.js'
import { physicalTypeOf } from '../src/physical-type.js'
import { registerOverflow } from '../src/overflow-flag.js'

/** Every function that is pushed down gives what core gives, for all pairs of values at which engines tend to differ. */

const types = {
  boolean: { name: 'boolean' },
  integer: { name: 'integer' },
  bigint: { name: 'bigint' },
  double: { name: 'double' },
  money: { name: 'decimal', precision: 18, scale: 2 },
  fraction: { name: 'decimal', precision: 18, scale: 18 },
  small: { name: 'decimal', precision: 4, scale: 0 },
  text: { name: 'text' },
  bytes: { name: 'bytes' },
  date: { name: 'date' },
  timestamp: { name: 'timestamp', unit: 'ms' },
  instant: { name: 'timestamp', unit: 'us' },
  uuid: { name: 'uuid' },
  json: { name: 'json' },
} as const satisfies Record<string, LogicalType>

type Name = keyof typeof types

const bytes = (...values: number[]) => Uint8Array.from(values)
const first = -62_135_596_800_000
const last = 253_402_300_799_999

const values: Readonly<Record<Name, readonly StoredValue[]>> = {
  boolean: [true, false],
  integer: [0, 1, -1, 2, -2, 7, -7, 3, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1), 94_906_267, 16_777_217],
  bigint: [
    0n,
    1n,
    -1n,
    2n,
    -2n,
    7n,
    -7n,
    2n ** 53n + 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    3_037_000_500n,
    -(2n ** 63n) + 1n,
  ],
  double: [
    0,
    1,
    -1,
    0.1,
    1.5,
    -1.5,
    2.5,
    -2.5,
    1e308,
    -1e308,
    5e-324,
    1e-320,
    9_007_199_254_740_992,
    1e300,
    -9.3e18,
    2 ** 63,
  ],
  money: [0n, 1n, -1n, 5n, -150n, 10n ** 18n - 1n, -(10n ** 18n - 1n), 123_456_789_012_345_678n],
  fraction: [0n, 1n, -1n, 5n * 10n ** 17n, 10n ** 18n - 1n, -(10n ** 18n - 1n)],
  small: [0n, 1n, -1n, 9999n, -9999n],
  text: [
    '',
    'a',
    'b',
    'A',
    'aB',
    'é',
    'É',
    'ßŒ',
    'İI',
    '%',
    '_',
    'a%',
    '\u{1f600}',
    '\ue000',
    'a\u0301',
    "o'k",
    'long enough not to be inline',
    ' a',
    'a ',
  ],
  bytes: [
    bytes(),
    bytes(0),
    bytes(0, 0),
    bytes(255),
    bytes(127),
    bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
  ],
  date: [
    '0001-01-01',
    '0001-01-08',
    '1969-12-31',
    '1970-01-01',
    '2000-02-29',
    '2020-12-31',
    '2021-01-03',
    '2024-12-30',
    '9999-12-31',
  ],
  timestamp: [first, first + 1, -1, 0, 1, 999, 1000, -86_400_001, 951_782_400_123, 1_609_459_199_999, last],
  instant: [
    BigInt(first) * 1000n,
    -1n,
    0n,
    1n,
    999n,
    1000n,
    -1001n,
    1_735_516_800_000_001n,
    BigInt(last) * 1000n + 999n,
  ],
  uuid: [
    '00000000-0000-0000-0000-000000000000',
    '7fffffff-ffff-ffff-ffff-ffffffffffff',
    '80000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '01234567-89ab-cdef-0123-456789abcdef',
  ],
  json: [
    '{}',
    '[]',
    '0',
    '"x"',
    'true',
    '{"a":1,"b":[1,2.5,"x",true,null,{"c":"d"}]}',
    '{"a":null}',
    '{"":1,"*":2,"1":3,"a\\"c":4,"a/b":5,"~":6,"é":"é😀"}',
    '{"a":"1","b":9007199254740991,"é":-0.5}',
    '{"a":1e+21,"b":1e-7,"é":5e-324}',
    '{"a":true,"b":{"0":"zero"}}',
    '[[1],"two",{"a":false}]',
    '{"a":"quote \\" backslash \\\\ newline \\n \\u0001"}',
  ],
}

const table: TableDefinition = {
  name: 'pairs',
  columns: [
    { name: 'id', type: types.integer, nullable: false },
    ...(Object.keys(types) as Name[]).flatMap((name) =>
      ['left', 'right'].map((side) => ({ name: `${side}_${name}`, type: types[name], nullable: true })),
    ),
  ],
  primaryKey: ['id'],
  indexes: [],
  checks: [],
}

/** All pairs of values of each type, and of each with null. */
function makeRows(): StoredRow[] {
  const rows: StoredRow[] = []
  for (const name of Object.keys(types) as Name[]) {
    const all = [null, ...values[name]]
    all
      .flatMap((left) => all.map((right) => [left, right] as const))
      .forEach(([left, right], index) => {
        const row = (rows[index] ??= emptyRow(index))
        row[`left_${name}`] = left
        row[`right_${name}`] = right
      })
  }
  return rows
}

function emptyRow(id: number): StoredRow {
  const row: StoredRow = Object.fromEntries(table.columns.map(({ name }) => [name, null]))
  return { ...row, id }
}

const rows = makeRows()
const scan: Relation = { node: 'scan', table, database: '' }
const columns: RelationColumns = new Map(table.columns.map((column) => [column.name, column]))

let instance: DuckDBInstance
let connection: DuckDBConnection

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
  connection = await instance.connect()
  registerOverflow(connection)
  const definitions = table.columns.map(({ name, type }) => `"${name}" ${physicalTypeOf(type)}`)
  await connection.run(`CREATE TABLE pairs (${definitions.join(', ')})`)
  const placeholders = table.columns
    .map(({ type }, index) => dialect.placeholder(index + 1, type, false))
    .join(', ')
  const insert = await connection.prepare(`INSERT INTO pairs VALUES (${placeholders})`)
  await connection.run('BEGIN')
  for (const row of rows) {
    table.columns.forEach(({ name, type }, index) => {
      const binding = dialect.encode(type)(row[name]!) as Binding
      binding(insert, index + 1)
    })
    await insert.run()
  }
  await connection.run('COMMIT')
}, 60_000)

afterAll(() => {
  connection.closeSync()
  instance.closeSync()
})

async function run(relation: Relation): Promise<StoredRow[]> {
  const query = compile(relation, dialect)!
  const statement = await connection.prepare(query.sql)
  query.parameters.forEach(({ from, encode }, index) => {
    const binding = encode('value' in from ? from.value : null) as Binding
    binding(statement, index + 1)
  })
  const result = await statement.run()
  const read = rowReader(query.columns, result.columnTypes())
  return (await result.fetchAllChunks()).flatMap(({ chunk }) => read(chunk))
}

const left = (name: Name): Expression => ({ kind: 'column', name: `left_${name}` })
const right = (name: Name): Expression => ({ kind: 'column', name: `right_${name}` })
const call = (name: FunctionName, args: readonly Expression[], options?: CallOptions): Expression => ({
  kind: 'call',
  function: name,
  arguments: args,
  ...(options && { options }),
})

/** Compares what DuckDB makes of an expression with what core does, row by row. */
async function expectSame(expression: Expression): Promise<void> {
  const found = await run({
    node: 'sort',
    input: {
      node: 'project',
      input: scan,
      columns: [
        { name: 'id', expression: { kind: 'column', name: 'id' } },
        { name: 'value', expression },
      ],
    },
    terms: [{ expression: { kind: 'column', name: 'id' }, direction: 'ascending', nulls: 'last' }],
  })
  const evaluate = compileRowExpression(expression, columns)
  const wrong = rows.flatMap((row, index) => {
    const expected = evaluate(row, [])
    const actual = found[index]!['value']!
    return same(expected, actual) ? [] : [{ expected, actual, row: used(row, expression) }]
  })
  expect(wrong.slice(0, 5)).toEqual([])
}

function same(expected: StoredValue, actual: StoredValue): boolean {
  if (expected instanceof Uint8Array)
    return actual instanceof Uint8Array && Buffer.compare(expected, actual) === 0
  return Object.is(expected, actual)
}

function used(row: StoredRow, expression: Expression): unknown[] {
  if (expression.kind === 'column') return [row[expression.name]]
  return expression.kind === 'call' ? expression.arguments.flatMap((argument) => used(row, argument)) : []
}

const names = Object.keys(types) as Name[]
const accepts = (name: FunctionName, args: readonly LogicalType[], options: CallOptions = {}) => {
  const result = functions[name].typeOf(
    args.map((type) => ({ type, nullable: true })),
    options,
  )
  return typeof result !== 'string'
}

const binary: readonly FunctionName[] = [
  ...([
    'equal',
    'notEqual',
    'lessThan',
    'lessOrEqual',
    'greaterThan',
    'greaterOrEqual',
    'isDistinctFrom',
  ] as const),
  ...(['startsWith', 'endsWith', 'contains', 'concat', 'coalesce', 'and', 'or'] as const),
  ...(['add', 'subtract', 'multiply', 'divide', 'integerDivide', 'modulo'] as const),
]
const unary: readonly FunctionName[] = ['isNull', 'not', 'length', 'lower', 'upper', 'negate', 'absolute']

describe('functions of two values', () => {
  const pairs = names.flatMap((a) => names.map((b) => [a, b] as const))
  for (const name of binary) {
    for (const [a, b] of pairs) {
      if (!accepts(name, [types[a], types[b]])) continue
      test(`${name} of ${a} and ${b}`, () => expectSame(call(name, [left(a), right(b)])))
    }
  }
})

describe('functions of one value', () => {
  for (const name of unary) {
    for (const a of names) {
      if (accepts(name, [types[a]])) test(`${name} of ${a}`, () => expectSame(call(name, [left(a)])))
    }
  }
})

describe('case', () => {
  for (const a of names) {
    test(a, () =>
      expectSame(
        call('case', [
          left('boolean'),
          left(a),
          right('boolean'),
          right(a),
          { kind: 'literal', type: types[a], value: null },
        ]),
      ),
    )
  }
})

test('substring', () => expectSame(call('substring', [left('text'), left('integer'), right('integer')])))

describe('in', () => {
  for (const a of names) {
    const list = values[a].filter((_, index) => index % 2 === 0)
    test(`a list of ${a}`, () =>
      expectSame(call('in', [left(a), { kind: 'list', type: types[a], values: list }])))
    test(`an empty list of ${a}`, () =>
      expectSame(call('in', [left(a), { kind: 'list', type: types[a], values: [] }])))
  }
  test('a list of decimals of another scale', () =>
    expectSame(
      call('in', [left('money'), { kind: 'list', type: types.fraction, values: [0n, 5n * 10n ** 17n] }]),
    ))
})

/** What core can do and DuckDB cannot exactly. */
const notPushedDown: readonly (readonly [from: string, to: string])[] = [['double', 'text']]

describe('cast', () => {
  for (const a of names) {
    for (const b of names) {
      const options = { type: types[b] }
      if (!accepts('cast', [types[a]], options)) continue
      if (notPushedDown.some(([from, to]) => from === a && to === b)) continue
      test(`${a} to ${b}`, () => expectSame(call('cast', [left(a)], options)))
    }
  }
})

const units: readonly DateUnit[] = [
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
  'dayOfWeek',
  'dayOfYear',
]

describe('parts of time', () => {
  for (const name of ['datePart', 'truncate'] as const) {
    for (const a of ['date', 'timestamp', 'instant'] as const) {
      for (const unit of units) {
        if (!accepts(name, [types[a]], { unit })) continue
        test(`${name} ${unit} of ${a}`, () => expectSame(call(name, [left(a)], { unit })))
      }
    }
  }
})

const paths: readonly (readonly (string | number)[])[] = [
  [],
  ['a'],
  ['b'],
  ['b', 0],
  ['b', 1],
  ['b', 2],
  ['b', 3],
  ['b', 4],
  ['b', 5, 'c'],
  ['b', '0'],
  ['b', 99],
  [''],
  ['*'],
  ['1'],
  [1],
  [0, 0],
  ['0'],
  ['a"c'],
  ['a/b'],
  ['~'],
  ['é'],
  [2, 'a'],
]

describe('paths of json', () => {
  for (const path of paths) {
    for (const to of ['text', 'boolean', 'double', 'integer'] as const) {
      test(`${JSON.stringify(path)} as ${to}`, () =>
        expectSame(call('jsonPath', [left('json')], { path, type: types[to] })))
    }
  }
})
