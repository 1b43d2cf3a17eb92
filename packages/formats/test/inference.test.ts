import type { LogicalType } from '@holdfast/core/backend'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  inferColumns,
  readCsv,
  readJson,
  readNdjson,
  readParquet,
  writeCsv,
  writeJson,
  writeNdjson,
  writeParquet,
} from '../src/index.js'
import type { NamedColumn } from '../src/index.js'
import { collect, cuts, inPieces } from './bytes.js'
import { everything, stored, texts, userRows } from './everything.js'
import type { UserRow } from './everything.js'

const typeOf = async (...values: readonly string[]): Promise<LogicalType> => {
  const file = Buffer.from(['a,b', ...values.map((value) => `${value},x`), ''].join('\n'))
  const [column] = await inferColumns(file, { format: 'csv' })
  return column!.type
}

const decimal = (precision: number, scale: number): LogicalType => ({ name: 'decimal', precision, scale })
const text: LogicalType = { name: 'text' }

test.each<[LogicalType | LogicalType['name'], ...string[]]>([
  ['boolean', 'true', 'false', ''],
  ['integer', '1', '-9007199254740991', '0', ''],
  ['bigint', '1', '9007199254740992'],
  ['bigint', '-9223372036854775808'],
  ['text', '9223372036854775808'],
  ['text', '007'],
  ['text', '+1'],
  ['text', '-0'],
  ['text', '1', 'x'],
  ['text', '1', '""'],
  ['text', 'TRUE'],
  ['double', '1', '1.5', '2.25'],
  ['double', '1.50', '2.5'],
  ['double', '1e3', '1E-7', '5e-324'],
  ['text', '0.12345678901234567890', '1'],
  [decimal(4, 2), '12.50', '1.25'],
  [decimal(18, 18), '0.123456789012345678'],
  [decimal(1, 1), '0.0', '-0.5'],
  ['text', '0.0', '-0.0'],
  ['text', '1.12345678901234567890'],
  ['date', '2020-01-31', '0001-01-01'],
  ['text', '2020-01-31', '2021-02-29'],
  [{ name: 'timestamp', unit: 'ms' }, '2020-01-31T23:59:59Z', '2020-01-31T23:59:59.123Z'],
  [{ name: 'timestamp', unit: 'us' }, '2020-01-31T23:59:59Z', '2020-01-31T23:59:59.123456Z'],
  ['text', '2020-01-31T23:59:59'],
  ['uuid', '00000000-0000-4000-8000-0000000000ff'],
  ['text', '00000000-0000-4000-8000-0000000000FF'],
  ['text', '{}'],
  ['text', ''],
])('the narrowest type of CSV is %j for %s %s %s', async (type, ...values) => {
  const expected = typeof type === 'string' ? { name: type } : type
  expect(await typeOf(...values)).toEqual(expected)
})

const numbers = fc.integer().map(String)
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)
const fixed = fc.integer({ min: -1e9, max: 1e9 }).map((value) => (value / 100).toFixed(2))
const odd = fc.constantFrom('0', '-0', '1.0', '1.50', '007', 'true', 'false', '9223372036854775807')
const times = fc.constantFrom('2020-01-01', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00.000001Z')

/** The values of a column: of one kind mostly, and sometimes of several. */
const cells = fc
  .constantFrom(numbers, doubles, fixed, odd, times, fc.oneof(numbers, doubles, fixed, odd, texts))
  .chain((kind) => fc.array(fc.option(kind, { nil: null, freq: 8 }), { minLength: 1, maxLength: 8 }))

test('what is inferred reads every value as it stands in the file', async () => {
  const asTexts = ['id', 'value'].map((name) => ({ name, type: text, nullable: true }))
  await fc.assert(
    fc.asyncProperty(cells, cuts, async (values, sizes) => {
      const given = values.map((value, id) => ({ id: String(id), value }))
      const file = await collect(writeCsv(given, { columns: asTexts }))
      const columns = await inferColumns(inPieces(file, sizes), { format: 'csv' })
      const { type, nullable } = columns[1]!
      expect(nullable).toBe(values.includes(null))
      const read = await Array.fromAsync(readCsv(file, { columns }))
      const again = await collect(writeCsv(read, { columns }))
      const back = await Array.fromAsync(readCsv(again, { columns: asTexts }))
      expect(back).toHaveLength(values.length)
      for (const [index, row] of back.entries()) expectSame(type, row['value'], values[index]!)
    }),
    { numRuns: 400 },
  )
})

/** Doubles may lose zeros at their end, and instants get some: all else is spelt as it was. */
function expectSame(type: LogicalType, written: unknown, given: string | null): void {
  const withoutZeros = (instant: string) => instant.replace(/\.?0*Z$/, '')
  if (given === null) expect(written).toBeNull()
  else if (type.name === 'double') expect(Number(written)).toBe(Number(given))
  else if (type.name === 'timestamp')
    expect(withoutZeros(written as string)).toBe(
      given.includes('.') ? withoutZeros(given) : withoutZeros(given.replace('Z', '.0Z')),
    )
  else expect(written).toBe(given)
}

test('the files that were written are read with what is inferred of them', async () => {
  const { columns } = everything.definition
  await fc.assert(
    fc.asyncProperty(userRows, async (users) => {
      const rows = users.map(stored)
      const parquet = await collect(writeParquet(users, { table: everything }))
      const found = await inferColumns(parquet, { format: 'parquet' })
      expect(found).toEqual(columns.map(({ name, type, nullable }) => ({ name, type, nullable })))
      expect(await Array.fromAsync(readParquet(parquet, { columns: found, form: 'stored' }))).toEqual(rows)
      const again = await Array.fromAsync(readParquet(parquet, { table: everything }))
      expect((again as UserRow[]).map(stored)).toEqual(rows)
      const formats = [
        ['ndjson', writeNdjson, readNdjson],
        ['json', writeJson, readJson],
        ['csv', writeCsv, readCsv],
      ] as const
      for (const [format, write, read] of formats) {
        const file = await collect(write(users, { table: everything }))
        const inferred = await inferColumns(file, { format })
        if (inferred.length === 0) {
          expect(rows).toEqual([])
          continue
        }
        const all = await Array.fromAsync(read(file, { columns: inferred }))
        expect(all).toHaveLength(rows.length)
        const written = await collect(write(all, { columns: inferred }))
        expect(await inferColumns(written, { format })).toEqual(inferred)
      }
    }),
    { numRuns: 60 },
  )
})

test('of JSON each member is what JSON says, and a text what it spells', async () => {
  const rows = [
    { a: 1, b: 1, c: true, d: '2020-01-01', e: 'x', f: { x: 1 }, g: null, h: 1, i: '12' },
    { a: 2, b: 1.5, c: false, d: '2020-01-02', e: 'y', f: [1], h: 'x', i: '1' },
  ]
  const file = Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))
  const told = (columns: readonly NamedColumn[]) =>
    columns.map(({ name, type, nullable }) => `${name} ${type.name}${nullable ? '?' : ''}`)
  const expected = [
    ...['a integer', 'b double', 'c boolean', 'd date', 'e text'],
    ...['f json', 'g text?', 'h json', 'i text'],
  ]
  expect(told(await inferColumns(file, { format: 'ndjson' }))).toEqual(expected)
  expect(told(await inferColumns(Buffer.from(JSON.stringify(rows)), { format: 'json' }))).toEqual(expected)
  const columns = { e: { nullable: false }, i: { type: { name: 'json' } } } as const
  const some = told(await inferColumns(file, { format: 'ndjson', rows: 1, columns }))
  expect(some.slice(3, 6)).toEqual(['d date?', 'e text', 'f json?'])
  expect(some.at(-1)).toBe('i json?')
  const infer = (content: string) => inferColumns(Buffer.from(content), { format: 'ndjson' })
  expect(told(await infer('{"a":9007199254740994}'))).toEqual(['a double'])
  const refused = { code: 'INVALID_DATA' }
  await expect(infer('{"a":9007199254740993}')).rejects.toMatchObject(refused)
  await expect(infer('{"a":{"b":9007199254740993}}')).rejects.toMatchObject(refused)
  await expect(infer('{"a":1}\n[1]')).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('line 2') as string,
  })
})

test('a CSV file without a header has columns of numbers, and names in quotes are names', async () => {
  const told = async (content: string, header: boolean) =>
    (await inferColumns(Buffer.from(content), { format: 'csv', header })).map(
      ({ name, type }) => `${name} ${type.name}`,
    )
  expect(await told('1,x\n2,y\n', false)).toEqual(['column1 integer', 'column2 text'])
  expect(await told('"a ""b""",c""d\n1,x\n', true)).toEqual(['a "b" integer', 'c""d text'])
  for (const content of ['a,a\n', '', 'a,b\n1\n'])
    await expect(told(content, true)).rejects.toMatchObject({ code: 'INVALID_DATA' })
  const stated = { columns: { zip: { type: text } }, format: 'csv' } as const
  expect(await inferColumns(Buffer.from('zip\n1\n'), stated)).toEqual([
    { name: 'zip', type: text, nullable: false },
  ])
  await expect(inferColumns(Buffer.from('zap\n1\n'), stated)).rejects.toMatchObject({
    code: 'UNKNOWN_COLUMN',
  })
  await expect(inferColumns(Buffer.from('a'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})
