/** Both readers of CSV that there are must take and refuse the same files. */

import { isHoldfastError, open, tableFromDefinition } from '@holdfast/core'
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
  return {
    ours: (table: Table, header: boolean) =>
      answer(() => Array.fromAsync(readCsv(path, { columns: table.definition.columns, header }))),
    theirs: (table: Table, header: boolean) =>
      answer(async () => (await db.file(path, { table, header })).all()),
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
