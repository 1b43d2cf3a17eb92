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
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Binding } from '../src/codec/bindings.js'
import { rowReader } from '../src/codec/rows.js'
import { dialect } from '../src/dialect.js'
import { physicalTypeOf } from '../src/physical-type.js'
import { registerOverflow } from '../src/overflow-flag.js'

/** A type of each kind, and of decimals and timestamps those that differ. */
export const types = {
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

export type Name = keyof typeof types

const bytes = (...values: number[]) => Uint8Array.from(values)
const first = -62_135_596_800_000
const last = 253_402_300_799_999

/** Values at which engines tend to differ. */
export const values: Readonly<Record<Name, readonly StoredValue[]>> = {
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

/** Has the table there for the tests of a file. */
export function withPairs(): void {
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
}

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

export const left = (name: Name): Expression => ({ kind: 'column', name: `left_${name}` })
export const right = (name: Name): Expression => ({ kind: 'column', name: `right_${name}` })
export const call = (name: FunctionName, args: readonly Expression[], options?: CallOptions): Expression => ({
  kind: 'call',
  function: name,
  arguments: args,
  ...(options && { options }),
})

/** Compares what DuckDB makes of expressions with what core does, row by row. */
export async function expectSame(...expressions: readonly Expression[]): Promise<void> {
  const found = await run(
    sortedById({
      node: 'project',
      input: scan,
      columns: [
        { name: 'id', expression: { kind: 'column', name: 'id' } },
        ...expressions.map((expression, index) => ({ name: `value${index}`, expression })),
      ],
    }),
  )
  expressions.forEach((expression, place) => {
    const evaluate = compileRowExpression(expression, columns)
    const wrong = rows.flatMap((row, index) => {
      const expected = evaluate(row, [])
      const actual = found[index]![`value${place}`]!
      return same(expected, actual) ? [] : [{ expected, actual, expression, row: used(row, expression) }]
    })
    expect(wrong.slice(0, 5)).toEqual([])
  })
}

/** Compares the rows that DuckDB keeps with those for which core finds a condition true. */
export async function expectSameRows(condition: Expression): Promise<void> {
  const kept = { node: 'filter', input: scan, condition } as const
  const id = { kind: 'column', name: 'id' } as const
  const found = await run(
    sortedById({ node: 'project', input: kept, columns: [{ name: 'id', expression: id }] }),
  )
  const evaluate = compileRowExpression(condition, columns)
  const expected = rows.filter((row) => evaluate(row, []) === true)
  expect(
    found.map((row) => row['id']),
    inspect(condition, { depth: 9 }),
  ).toEqual(expected.map((row) => row['id']))
}

const sortedById = (input: Relation): Relation => ({
  node: 'sort',
  input,
  terms: [{ expression: { kind: 'column', name: 'id' }, direction: 'ascending', nulls: 'last' }],
})

function same(expected: StoredValue, actual: StoredValue): boolean {
  if (expected instanceof Uint8Array)
    return actual instanceof Uint8Array && Buffer.compare(expected, actual) === 0
  return Object.is(expected, actual)
}

function used(row: StoredRow, expression: Expression): unknown[] {
  if (expression.kind === 'column') return [row[expression.name]]
  return expression.kind === 'call' ? expression.arguments.flatMap((argument) => used(row, argument)) : []
}

export const names = Object.keys(types) as Name[]
/** Whether core has the function for arguments of these types. */
export const accepts = (name: FunctionName, args: readonly LogicalType[], options: CallOptions = {}) => {
  const result = functions[name].typeOf(
    args.map((type) => ({ type, nullable: true })),
    options,
  )
  return typeof result !== 'string'
}

/** All units of dates and times. */
export const units: readonly DateUnit[] = [
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
