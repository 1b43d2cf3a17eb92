import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refuseOldNode } from '../../src/database/node-version.js'
import {
  caseWhen,
  decimal,
  double,
  integer,
  json,
  open,
  rowNumber,
  sum,
  table,
  text,
  timestamp,
} from '../../src/index.js'
import type { Database, ErrorCode } from '../../src/index.js'
import { errorOf } from './errors.js'
import { TestEngine } from './test-engine.js'

const readings = table('readings', {
  id: integer().primaryKey(),
  station: text(),
  at: timestamp().nullable(),
  celsius: double().nullable(),
  extra: json().nullable(),
})

let db: Database

beforeAll(async () => {
  db = await open(new TestEngine().backend())
  await db.ensure(readings)
})
afterAll(() => db.close())

/** What JavaScript lets a newcomer write, whatever the types say. */
type Untyped = (...given: unknown[]) => unknown
type Row = Record<string, Record<string, Untyped>>
const asNumber = (value: unknown) => value as number

const query = (verb: 'where' | 'select' | 'orderBy', callback: (row: Row) => unknown) => () =>
  (db.table(readings)[verb] as Untyped)(callback)
const call =
  (verb: string, ...given: unknown[]) =>
  () =>
    (db.table(readings) as unknown as Record<string, Untyped>)[verb]!(...given)

const mistakes: [string, ErrorCode, RegExp, () => unknown][] = [
  [
    'a comparison of JavaScript',
    'TYPE_MISMATCH',
    /no value in JavaScript.*\.gt\(30\)/,
    query('where', (row) => asNumber(row['celsius']) > 30),
  ],
  [
    'arithmetic of JavaScript',
    'TYPE_MISMATCH',
    /no value in JavaScript/,
    query('select', (row) => ({ twice: asNumber(row['celsius']) * 2 })),
  ],
  [
    'a sum of JavaScript',
    'TYPE_MISMATCH',
    /no value in JavaScript/,
    query('select', (row) => ({ more: asNumber(row['celsius']) + 1 })),
  ],
  [
    'a method that does not exist',
    'INVALID_ARGUMENT',
    /where threw.*like is not a function/,
    query('where', (row) => row['station']!['like']!('a%')),
  ],
  [
    'an error with a secret',
    'INVALID_ARGUMENT',
    /^where threw an error while it was read: the error's cause holds it\.$/,
    query('where', () => {
      throw new Error('hunter2')
    }),
  ],
  [
    'a forgotten return',
    'INVALID_VALUE',
    /takes a condition, .* Does the function lack a return\?/,
    query('where', () => undefined),
  ],
  ['a plain value', 'TYPE_MISMATCH', /literal\(type, value\)/, query('select', () => ({ one: 1 }))],
  [
    'a window function without over',
    'TYPE_MISMATCH',
    /lacks \.over\(/,
    query('select', () => ({ place: rowNumber() })),
  ],
  [
    'a case without otherwise',
    'TYPE_MISMATCH',
    /lacks \.otherwise\(/,
    query('select', (row) => ({ kind: caseWhen(row['celsius']!['gt']!(30) as never, 'hot') })),
  ],
  [
    'a path without a type',
    'TYPE_MISMATCH',
    /lacks \.as\(/,
    query('select', (row) => ({ tag: row['extra']!['path']!('tag') })),
  ],
  [
    'a type that does not exist',
    'INVALID_ARGUMENT',
    /no such type\. A type is one of boolean, integer/,
    query('select', (row) => ({ tag: row['id']!['cast']!('number') })),
  ],
  [
    'a misspelt option of a window',
    'INVALID_ARGUMENT',
    /over has no option "orderby"\. Did you mean "orderBy"\?/,
    query('select', (row) => ({ place: rowNumber().over({ orderby: row['id'] } as object) })),
  ],
  [
    'a misspelt option of a running sum',
    'INVALID_ARGUMENT',
    /over has no option "frame": it takes partitionBy/,
    query('select', (row) => ({ all: sum(row['celsius'] as never).over({ frame: [-1, 0] } as object) })),
  ],
  [
    'a misspelt option of an order',
    'INVALID_ARGUMENT',
    /"null"\. Did you mean "nulls"\?/,
    query('orderBy', (row) => row['id']!['desc']!({ null: 'first' })),
  ],
  [
    'a word for the options of an order',
    'INVALID_ARGUMENT',
    /desc\(\{ nulls: 'first' \}\)/,
    query('orderBy', (row) => row['id']!['desc']!('first')),
  ],
  [
    'an option of another library',
    'INVALID_ARGUMENT',
    /no option "limit": there is signal, size, after/,
    call('page', { limit: 10 }),
  ],
  [
    'a signal for the options',
    'INVALID_ARGUMENT',
    /write \{ signal \}/,
    call('all', new AbortController().signal),
  ],
  [
    'a misspelt column to search',
    'UNKNOWN_COLUMN',
    /no column "staton"\. Did you mean "station"\?/,
    call('search', ['staton'], 'kelp'),
  ],
  ['SQL for a query', 'INVALID_ARGUMENT', /no JSON.*db\.sql/, () => db.query('select * from readings')],
  [
    'a number for a query',
    'INVALID_ARGUMENT',
    /must be a relation.*not the number 5/,
    () => db.query(5 as never),
  ],
  [
    'an invalid date',
    'INVALID_VALUE',
    /not an invalid Date/,
    call('insert', { id: 1, station: 'hill', at: new Date('soon') }),
  ],
  [
    'a decimal without digits',
    'INVALID_ARGUMENT',
    /^decimal\(precision, scale\) needs a precision/,
    () => (decimal as Untyped)(),
  ],
  [
    'a unit of time that does not exist',
    'INVALID_ARGUMENT',
    /^timestamp\(unit\) has the unit 'ms' or 'us'/,
    () => (timestamp as Untyped)('ns'),
  ],
  [
    'a name with a hyphen',
    'INVALID_ARGUMENT',
    /at most 63 characters$/,
    () => table('my-table', { id: integer().primaryKey() }),
  ],
]

describe('the message for', () => {
  test.each(mistakes)('%s', async (_name, code, message, mistake) => {
    const error = await errorOf(mistake)
    expect(error.message).toMatch(message)
    expect(error.code).toBe(code)
    expect(error.message).not.toContain('hunter2')
  })

  test('an old Node names the version that is needed', async () => {
    const error = await errorOf(() => refuseOldNode('20.20.2'))
    expect(error.code).toBe('UNSUPPORTED')
    expect(error.message).toBe(
      'Holdfast needs Node 22.18 or later, and this is 20.20.2: install a later one.',
    )
    expect((await errorOf(() => refuseOldNode('22.17.1'))).code).toBe('UNSUPPORTED')
    for (const version of ['22.18.0', '24.0.0', '100.1.0-nightly'])
      expect(() => refuseOldNode(version)).not.toThrow()
  })
})
