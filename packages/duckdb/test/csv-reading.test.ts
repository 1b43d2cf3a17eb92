import { isHoldfastError, table, tableFromDefinition, text } from '@holdfast/core'
import fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseCsv, valueOf } from './csv-reference.js'
import { opened } from './databases.js'
import { everything } from './file-values.js'
import { temporaryFolder } from './files.js'

const tables = [
  table('texts', { a: text().primaryKey() }),
  table('texts', { a: text().primaryKey(), b: text().nullable() }),
  table('texts', { a: text().primaryKey(), b: text().nullable(), c: text().nullable() }),
]

const pieces = [
  'x',
  'y',
  '""',
  '"',
  ',',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\t',
  '\0',
  '#',
  '\\',
  'é',
  '"x"',
  '"\r\n"',
  '"\n"',
  ',""',
]
const anyText = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((found) => found.join(''))

/** A text that is well-formed but for rare mistakes. */
const likelyText = fc
  .record({
    ending: fc.constantFrom('\n', '\r\n'),
    records: fc.array(
      fc.array(
        fc.constantFrom('', 'x', 'yz', '""', '"a,b"', '"q""q"', '"1\n2"', '"1\r\n2"', ' z', 'é', 'a"b'),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
      { maxLength: 6 },
    ),
    isClosed: fc.boolean(),
  })
  .map(({ ending, records, isClosed }) => {
    return records.map((record) => record.join(',')).join(ending) + (isClosed ? ending : '')
  })

/** The rows that the reference finds; undefined where the text must be refused. */
function expected(content: string, columns: readonly string[]): Record<string, string | null>[] | undefined {
  const records = parseCsv(content, ',', columns.length)
  if (records === undefined || records.some(([key]) => key === null)) return undefined
  return records.map((record) => Object.fromEntries(columns.map((name, index) => [name, record[index]!])))
}

const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted()

async function outcome<Result>(work: () => Promise<Result>): Promise<Result | string> {
  try {
    return await work()
  } catch (error) {
    if (isHoldfastError(error)) return error.code
    throw error
  }
}

test('texts are read as the rules have it, or refused', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'texts.csv')
  const db = await opened({ path: ':memory:', externalAccess: [folder] })
  const content = fc.oneof(anyText, likelyText)
  await fc.assert(
    fc.asyncProperty(content, fc.constantFrom(...tables), fc.boolean(), async (body, texts, header) => {
      const columns = texts.definition.columns.map(({ name }) => name)
      const newline = body.includes('\r\n') ? '\r\n' : '\n'
      const whole = header ? columns.join(',') + newline + body : body
      const all = expected(whole, columns)
      const rows = header ? all?.slice(1) : all
      writeFileSync(path, whole)

      const read = await outcome(async () => {
        const file = await db.file(path, { table: texts, header })
        return sorted(await file.all())
      })
      expect(read).toEqual(rows === undefined ? 'INVALID_DATA' : sorted(rows))

      await db.ensure(texts)
      const imported = await outcome(() => db.table(texts).importFile(path, { header }))
      const keys = new Set(rows?.map((row) => row['a']))
      if (rows === undefined) expect(['INVALID_DATA', 'INVALID_VALUE']).toContain(imported)
      else expect(imported).toEqual(keys.size === rows.length ? { rows: rows.length } : 'DUPLICATE_KEY')
      const kept = typeof imported === 'string' ? [] : rows!
      expect(sorted(await db.table(texts).all())).toEqual(sorted(kept))
      await db.drop(texts)
    }),
    { numRuns: 150 },
  )
})

const spellings = [
  '1',
  '-1',
  ' 1',
  '1 ',
  '+1',
  '1e3',
  '1E3',
  '1e+3',
  '1_000',
  '0x10',
  '007',
  '-0',
  '0',
  '1.0',
  '1.5',
  '.5',
  '5.',
  '1e400',
  '1e-400',
  'inf',
  'nan',
  'NaN',
  'Infinity',
  '-inf',
  '9007199254740991',
  '9007199254740992',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '99999',
  '100000',
  '12.3456',
  '12.34567',
  '99999999999999.9999',
  '123456789012345.0',
  '1e1',
  'true',
  'TRUE',
  't',
  'false',
  'False',
  'yes',
  '2020-01-01',
  '2020-1-1',
  '2020/01/01',
  '2020-02-30',
  '0000-01-01',
  '0001-01-01',
  '9999-12-31',
  '10000-01-01',
  '2020-01-01 (BC)',
  'infinity',
  'epoch',
  'today',
  '2020-01-01T00:00:00Z',
  '2020-01-01T00:00:00',
  '2020-01-01 00:00:00Z',
  '2020-01-01T00:00:00.1Z',
  '2020-01-01T00:00:00.123456Z',
  '2020-01-01T00:00:00.1234567Z',
  '2020-01-01T00:00:00.Z',
  '2020-01-01T24:00:00Z',
  '2020-01-01T23:59:60Z',
  '2020-01-01T23:60:00Z',
  '2020-02-30T00:00:00Z',
  '2020-01-01T00:00:00+00',
  '2020-01-01T00:00:00+01:00',
  '2020-01-01T00:00Z',
  '0000-12-31T00:00:00Z',
  '9999-12-31T23:59:59.999999Z',
  '00000000-0000-0000-0000-00000000000a',
  '00000000-0000-0000-0000-00000000000A',
  '0000000000000000000000000000000a',
  '{00000000-0000-0000-0000-00000000000a}',
  '',
  'AA==',
  'AB==',
  'AA',
  'A',
  '!!!!',
  'AAAA',
  'AAAA\n',
  '_-8=',
  '{}',
  '{"b":1,"a":[2]}',
  '{"a":1,"a":2}',
  'null',
  '"x"',
  '[1,]',
  '9007199254740993',
  '1e999',
  '"\\ud800"',
  '"\\u0000"',
  '[[]] ',
  'é',
  "'",
  ';',
] as const

/** The key and one column of `everything`. */
function tableOf(column: string) {
  const { definition } = everything
  const columns = definition.columns.filter(({ name }) => name === 'id' || name === column)
  return tableFromDefinition({ ...definition, columns })
}

const scrambled = fc
  .tuple(
    fc.constantFrom(...spellings),
    fc.nat(20),
    fc.constantFrom('', ' ', '0', '-', '.', 'e', '_', 'Z', 'x', '\n'),
  )
  .map(([spelling, place, added]) => spelling.slice(0, place) + added + spelling.slice(place))

test('a value is read only if it spells one of its type', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'values.csv')
  const db = await opened({ path: ':memory:', externalAccess: [folder] })
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`
  const columns = everything.definition.columns.filter(({ name }) => name !== 'id')
  const spelt = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...spellings) }, scrambled)
  await fc.assert(
    fc.asyncProperty(spelt, fc.constantFrom(...columns), async (spelling, { name, type }) => {
      writeFileSync(path, `${name},id\n${quoted(spelling)},1\n`)
      const file = await db.file(path, { table: tableOf(name) })
      const value = valueOf(type, spelling)
      expect(await outcome(() => file.all())).toEqual(
        value === undefined ? 'INVALID_DATA' : [{ id: 1, [name]: value }],
      )
    }),
    { numRuns: 200 },
  )
})
