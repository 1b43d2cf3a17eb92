/** Both readers of CSV that there are must take and refuse the same files. */

import { bytes, integer, isHoldfastError, json, open, table, tableFromDefinition, text } from '@holdfast/core'
import type { Table } from '@holdfast/core'
import { duckdb } from '@holdfast/duckdb'
import fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readCsv } from '../src/index.js'
import { everything } from './everything.js'

async function readers() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-formats-'))
  const db = await open(duckdb({ path: ':memory:', externalAccess: [folder] }))
  onTestFinished(async () => {
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const path = join(folder, 'file.csv')
  const read = {
    ours: (table: Table, header: boolean): Promise<unknown[]> =>
      Array.fromAsync(readCsv(path, { columns: table.definition.columns, header })),
    theirs: async (table: Table, header: boolean): Promise<unknown[]> =>
      (await db.file(path, { table, header })).all(),
  }
  return {
    read,
    ours: (table: Table, header: boolean) => answer(() => read.ours(table, header)),
    theirs: (table: Table, header: boolean) => answer(() => read.theirs(table, header)),
    write: (content: string) => writeFileSync(path, content),
  }
}

async function answer(read: () => Promise<unknown[]>): Promise<unknown> {
  try {
    return (await read()).map(printed).toSorted()
  } catch (error) {
    if (isHoldfastError(error)) return error.code
    throw error
  }
}

/** A file's columns begin with those of the table's key, by which its rows are ordered. */
function printed(row: unknown): string {
  const columns = Object.entries(row as object).toSorted(([left], [right]) => (left < right ? -1 : 1))
  return JSON.stringify(columns, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

/** These columns of every type; the first one is the key. */
function tableOf(...names: [string, ...string[]]) {
  const { definition } = everything
  const columns = definition.columns
    .filter(({ name }) => names.includes(name))
    .map((column) => ({ ...column, nullable: column.name !== names[0] }))
  return tableFromDefinition({ ...definition, primaryKey: [names[0]], columns })
}

const pieces = [
  '1',
  '23',
  '"',
  '""',
  ',',
  ',',
  '\n',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\t',
  '\0',
  'é',
  '"2"',
  '"\r\n"',
  '"\n"',
  ',""',
]
const anyText = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''))
const tables = [tableOf('name'), tableOf('name', 'id'), tableOf('name', 'id', 'flag')]

test('DuckDB takes and refuses the same structure', async () => {
  const { ours, theirs, write } = await readers()
  await fc.assert(
    fc.asyncProperty(anyText, fc.constantFrom(...tables), fc.boolean(), async (body, table, header) => {
      const names = table.definition.columns.map(({ name }) => name).join(',')
      write(header ? `${names}${body.includes('\r\n') ? '\r\n' : '\n'}${body}` : body)
      expect(await ours(table, header)).toEqual(await theirs(table, header))
    }),
    { numRuns: 100 },
  )
})

const digits = ['0', '1', '9', '00', '12345678', '9007199254740991', '9223372036854775807']
const marks = [
  '-',
  '+',
  '.',
  'e',
  'E',
  'T',
  'Z',
  ':',
  ' ',
  'x',
  '_',
  '/',
  '=',
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  'true',
  'null',
  'é',
]
const times = [
  '2020-01-31',
  '0001-01-01',
  '9999-12-31',
  '2021-02-29',
  '2000-02-29',
  '23:59:59',
  '24:00:00',
  '.123',
  '.1234567',
]
const wholes = [
  ...[
    'true',
    'TRUE',
    'f',
    'false',
    '-0',
    '1e400',
    '1e-400',
    'inf',
    'NaN',
    '-.5',
    '12.3456',
    '99999',
    '100000',
  ],
  ...[
    '2020-01-01T00:00:00Z',
    '2020-01-01T00:00:00.123456Z',
    '0000-12-31T00:00:00Z',
    '2020-01-01T00:00:00+00',
  ],
  ...[
    '00000000-0000-0000-0000-00000000000A',
    '{00000000-0000-0000-0000-00000000000a}',
    'AA==',
    'AB==',
    'A',
    '!!!!',
  ],
  ...[
    '{"b":1,"a":[2]}',
    '[1,]',
    '9007199254740993',
    '"\\ud800"',
    '"\\u0000"',
    '[[]] ',
    '-9223372036854775808',
  ],
]
const spelling = fc.oneof(
  fc.constantFrom(...wholes),
  fc
    .array(fc.constantFrom(...digits, ...marks, ...times), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom(...wholes), fc.nat(20), fc.constantFrom('', ' ', '0', '-', '.', '1'))
    .map(([whole, place, added]) => whole.slice(0, place) + added + whole.slice(place)),
)

test('DuckDB takes and refuses the same spellings of every type', async () => {
  const { ours, theirs, write } = await readers()
  const columns = everything.definition.columns.map(({ name }) => name)
  await fc.assert(
    fc.asyncProperty(
      fc.array(spelling, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...columns),
      async (all, column) => {
        const table = column === 'id' ? tableOf('id') : tableOf('id', column)
        const records = all.map((found, index) => {
          const written = `"${found.replaceAll('"', '""')}"`
          return column === 'id' ? written : `${written},${index}`
        })
        write([column === 'id' ? 'id' : `${column},id`, ...records].join('\n'))
        expect(await ours(table, true)).toEqual(await theirs(table, true))
      },
    ),
    { numRuns: 150 },
  )
})

const mebibyte = 1024 * 1024
const limited = table('limited', {
  id: integer().primaryKey(),
  name: text().nullable(),
  data: bytes().nullable(),
  doc: json().nullable(),
})
const ofSize = (size: number) => 'x'.repeat(size)
const base64 = (size: number) => Buffer.alloc(size).toString('base64')
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
/** A record of that many bytes, with its line end, of values that are none too large. */
const record = (size: number) => `1,${ofSize(15 * mebibyte)},,"""${ofSize(size - 15 * mebibyte - 12)}"""\n`

test.for([
  ['a text of 16 MiB', `1,${ofSize(16 * mebibyte)},,\n`, 'read'],
  ['a text of one byte more', `1,${ofSize(16 * mebibyte + 1)},,\n`, 'LIMIT_EXCEEDED'],
  ['bytes of 16 MiB', `1,,${base64(16 * mebibyte)},\n`, 'read'],
  ['bytes of one byte more', `1,,${base64(16 * mebibyte + 1)},\n`, 'LIMIT_EXCEEDED'],
  ['a document of 64 levels', `1,,,${nested(64)}\n`, 'read'],
  ['a document of 65 levels', `1,,,${nested(65)}\n`, 'LIMIT_EXCEEDED'],
  ['a document of one byte more', `1,,,"""${ofSize(16 * mebibyte - 1)}"""\n`, 'LIMIT_EXCEEDED'],
  ['as much that is no document', `1,,,${ofSize(17 * mebibyte)}\n`, 'INVALID_DATA'],
  ['a record of 31 MiB', record(31 * mebibyte), 'read'],
  ['a record of over 32 MiB', `1,${ofSize(16 * mebibyte)},${base64(15 * mebibyte)},\n`, 'LIMIT_EXCEEDED'],
  ['a record of over 32 MiB after others', `1,,,\n${ofSize(33 * mebibyte)}`, 'LIMIT_EXCEEDED'],
] as const)('DuckDB draws the same limits: %s', async ([, content, expected]) => {
  await expectBoth(content, false, expected)
})

test('DuckDB draws the same limit of a header', async () => {
  const header = (size: number) => `id,name,data,doc,${ofSize(size - 18)}\n1,,,,\n`
  await expectBoth(header(mebibyte), true, 'read')
  await expectBoth(header(mebibyte + 1), true, 'LIMIT_EXCEEDED')
  await expectBoth(header(3 * mebibyte), true, 'LIMIT_EXCEEDED')
})

async function expectBoth(content: string, header: boolean, expected: string): Promise<void> {
  const { read, write } = await readers()
  write(content)
  for (const rows of [read.ours, read.theirs]) {
    const outcome = await rows(limited, header).then(
      () => 'read',
      (error: unknown) => (isHoldfastError(error) ? error.code : error),
    )
    expect(outcome).toBe(expected)
  }
}
