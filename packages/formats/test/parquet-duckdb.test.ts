/** Files of DuckDB are read here, and files of ours there. */

import { DuckDBInstance } from '@duckdb/node-api'
import { open } from '@holdfast/core'
import type { StoredRow, StoredValue } from '@holdfast/core/backend'
import { duckdb } from '@holdfast/duckdb'
import fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { describeParquet, openParquet, readParquet, writeParquet } from '../src/index.js'
import type { NamedColumn, ParquetCompression } from '../src/index.js'
import { collect, outcomeOf } from './bytes.js'
import { everything, stored, userRows } from './everything.js'
import type { UserRow } from './everything.js'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-formats-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function connected() {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  onTestFinished(() => {
    connection.closeSync()
    instance.closeSync()
  })
  await connection.run("SET TimeZone = 'UTC'")
  return {
    run: (sql: string) => connection.run(sql),
    rows: async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson(),
  }
}

const compressions = fc.constantFrom<ParquetCompression>('zstd', 'snappy', 'gzip', 'none')

/** Members of a document come in any order. */
function printed(rows: readonly UserRow[]): string[] {
  const value = (item: StoredValue) => (typeof item === 'bigint' ? `${item}n` : item)
  return rows
    .map((row) => JSON.stringify(Object.entries(stored(row)).map(([name, item]) => [name, value(item)])))
    .toSorted()
}

test('DuckDB reads the rows of every type that were written', async () => {
  const path = join(temporaryFolder(), 'ours.parquet')
  const db = await open(duckdb({ path: ':memory:', externalAccess: [join(path, '..')] }))
  onTestFinished(() => db.close())
  await fc.assert(
    fc.asyncProperty(
      userRows,
      compressions,
      fc.integer({ min: 1, max: 20 }),
      async (rows, compression, size) => {
        writeFileSync(
          path,
          await collect(writeParquet(rows, { table: everything, compression, rowGroupRows: size })),
        )
        const file = await db.file(path, { table: everything })
        expect(printed((await file.all()) as UserRow[])).toEqual(printed(rows))
      },
    ),
    { numRuns: 60 },
  )
})

test('DuckDB sees the types of Parquet, and relies on statistics of row groups and pages', async () => {
  const path = join(temporaryFolder(), 'ours.parquet')
  const { columns } = everything.definition
  const duck = await connected()
  writeFileSync(path, await collect(writeParquet([], { columns })))
  const described = await duck.rows(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${path}')`)
  expect(Object.fromEntries(described)).toEqual({
    id: 'BIGINT',
    flag: 'BOOLEAN',
    big: 'BIGINT',
    ratio: 'DOUBLE',
    price: 'DECIMAL(18,4)',
    whole: 'DECIMAL(5,0)',
    name: 'VARCHAR',
    data: 'BLOB',
    day: 'DATE',
    at: 'TIMESTAMP WITH TIME ZONE',
    fine: 'TIMESTAMP WITH TIME ZONE',
    token: 'UUID',
    doc: 'JSON',
  })
  const long = (id: number) => `${'x'.repeat(70)}${String(id).padStart(6, '0')}\u{1f600}`
  const rows = Array.from({ length: 25_000 }, (_, id) => ({ id, name: id % 5 === 0 ? null : long(id) }))
  const own = [
    { name: 'id', type: { name: 'integer' }, nullable: false },
    { name: 'name', type: { name: 'text' }, nullable: true },
  ] as const
  writeFileSync(
    path,
    await collect(writeParquet([rows], { columns: own, form: 'stored', rowGroupRows: 10_000 })),
  )
  for (const id of [0, 1, 4095, 4096, 9_999, 10_000, 24_999]) {
    expect(await duck.rows(`SELECT id FROM '${path}' WHERE id = ${id}`)).toEqual([[String(id)]])
    const named = await duck.rows(`SELECT id FROM '${path}' WHERE name = '${long(id)}'`)
    expect(named).toEqual(id % 5 === 0 ? [] : [[String(id)]])
  }
  expect(await duck.rows(`SELECT count(*), count(name), min(name), max(name) FROM '${path}'`)).toEqual([
    ['25000', '20000', long(1), long(24_999)],
  ])
})

const day = 86_400_000
const start = Date.UTC(2000, 0, 1)
const hex = (value: number) => value.toString(16).padStart(2, '0')

/** A column that DuckDB writes: in SQL of the number `i` of the row, and what it should be read as. */
const written: readonly (readonly [string, string, NamedColumn['type'], (i: number) => StoredRow[string]])[] =
  [
    ['tiny', '(i % 100 - 50)::TINYINT', { name: 'integer' }, (i) => (i % 100) - 50],
    ['small', '(i - 500)::SMALLINT', { name: 'integer' }, (i) => i - 500],
    [
      'int',
      '(i * -1000003 % 2147483648)::INTEGER',
      { name: 'integer' },
      (i) => -((i * 1_000_003) % 2147483648) + 0,
    ],
    ['big', '(i * 9007199254740993)::BIGINT', { name: 'bigint' }, (i) => BigInt(i) * 9007199254740993n],
    ['utiny', '(i % 256)::UTINYINT', { name: 'integer' }, (i) => i % 256],
    ['usmall', '(65535 - i)::USMALLINT', { name: 'integer' }, (i) => 65535 - i],
    ['uint', '(4294967295 - i)::UINTEGER', { name: 'integer' }, (i) => 4294967295 - i],
    ['single', '(i / 4.0)::FLOAT', { name: 'double' }, (i) => i / 4],
    ['dbl', 'i::DOUBLE / 7.0::DOUBLE', { name: 'double' }, (i) => i / 7],
    [
      'dec4',
      '((i % 90) / 100.0)::DECIMAL(4, 2)',
      { name: 'decimal', precision: 4, scale: 2 },
      (i) => BigInt(i % 90),
    ],
    ['dec9', '(-i)::DECIMAL(9, 3)', { name: 'decimal', precision: 9, scale: 3 }, (i) => BigInt(-i) * 1000n],
    [
      'dec18',
      '(i * 1000003)::DECIMAL(18, 6)',
      { name: 'decimal', precision: 18, scale: 6 },
      (i) => BigInt(i) * 1000003000000n,
    ],
    ['name', "'näme ' || i", { name: 'text' }, (i) => `näme ${i}`],
    ['common', "'c' || (i % 4)", { name: 'text' }, (i) => `c${i % 4}`],
    [
      'prefixed',
      "'https://example.org/a/long/prefix/' || (i // 3)",
      { name: 'text' },
      (i) => `https://example.org/a/long/prefix/${Math.floor(i / 3)}`,
    ],
    [
      'kind',
      "(CASE WHEN i % 3 = 0 THEN 'one' ELSE 'other' END)::ENUM('one', 'other')",
      { name: 'text' },
      (i) => (i % 3 === 0 ? 'one' : 'other'),
    ],
    [
      'raw',
      "from_hex(printf('%02x', i % 256) || 'ff00')",
      { name: 'bytes' },
      (i) => new Uint8Array([i % 256, 255, 0]),
    ],
    ['flag', '(i % 3 = 0)', { name: 'boolean' }, (i) => i % 3 === 0],
    ['one', 'true', { name: 'boolean' }, () => true],
    [
      'date',
      "DATE '2000-01-01' + i::INTEGER",
      { name: 'date' },
      (i) => new Date(start + i * day).toISOString().slice(0, 10),
    ],
    [
      'ts',
      "TIMESTAMP '2000-01-01' + i * INTERVAL 1001 MICROSECOND",
      { name: 'timestamp', unit: 'us' },
      (i) => BigInt(start) * 1000n + BigInt(i) * 1001n,
    ],
    [
      'tstz',
      "TIMESTAMPTZ '2000-01-01 00:00:00+00' + i * INTERVAL 1 SECOND",
      { name: 'timestamp', unit: 'us' },
      (i) => BigInt(start + i * 1000) * 1000n,
    ],
    [
      'tsms',
      "(TIMESTAMP '2000-01-01' + i * INTERVAL 1 MILLISECOND)::TIMESTAMP_MS",
      { name: 'timestamp', unit: 'us' },
      (i) => BigInt(start + i) * 1000n,
    ],
    [
      'token',
      "('00000000-0000-4000-8000-0000000000' || printf('%02x', i % 256))::UUID",
      { name: 'uuid' },
      (i) => `00000000-0000-4000-8000-0000000000${hex(i % 256)}`,
    ],
    [
      'doc',
      '(\'{"b": [\' || i || \'], "a": null}\')::JSON',
      { name: 'json' },
      (i) => `{"a":null,"b":[${i}]}`,
    ],
  ]

const nullEvery = [0, 1, 2, 7]

test('the files of DuckDB are read, in every compression and version, with nulls and without', async () => {
  const duck = await connected()
  const path = join(temporaryFolder(), 'theirs.parquet')
  const cases = fc.record({
    rows: fc.constantFrom(0, 1, 9, 700),
    nulls: fc.constantFrom(...nullEvery),
    compression: fc.constantFrom('uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'lz4_raw'),
    version: fc.constantFrom('V1', 'V2'),
    dictionary: fc.constantFrom(0, 10, 100_000),
    rowGroupSize: fc.constantFrom(100, 100_000),
  })
  await fc.assert(
    fc.asyncProperty(cases, async ({ rows, nulls, compression, version, dictionary, rowGroupSize }) => {
      const isNull = (i: number, column: number) => nulls > 0 && (i + column) % nulls === 0
      const select = written.map(([name, sql], column) =>
        nulls === 0
          ? `${sql} AS "${name}"`
          : `CASE WHEN (i + ${column}) % ${nulls} = 0 THEN NULL ELSE ${sql} END AS "${name}"`,
      )
      const options = [
        'FORMAT parquet',
        `COMPRESSION ${compression}`,
        `PARQUET_VERSION ${version}`,
        `DICTIONARY_SIZE_LIMIT ${dictionary}`,
        `ROW_GROUP_SIZE ${rowGroupSize}`,
      ]
      await duck.run(
        `COPY (SELECT ${select.join(', ')} FROM range(${rows}) AS r(i)) TO '${path}' (${options.join(', ')})`,
      )
      const { columns, rowCount } = await describeParquet(path)
      expect(rowCount).toBe(rows)
      expect(columns.map(({ name, type }) => [name, type])).toEqual(
        written.map(([name, , type]) => [name, type]),
      )
      const wanted = columns.map(({ name, type }) => ({ name, type: type!, nullable: true }))
      const found = await Array.fromAsync(readParquet(path, { columns: wanted, form: 'stored' }))
      const expected = Array.from({ length: rows }, (_, i) =>
        Object.fromEntries(
          written.map(([name, , , value], column) => [name, isNull(i, column) ? null : value(i)]),
        ),
      )
      expect(found).toEqual(expected)
    }),
    { numRuns: 60 },
  )
})

test('what no type holds exactly is refused, and what does not hold a value too', async () => {
  const duck = await connected()
  const path = join(temporaryFolder(), 'theirs.parquet')
  const write = (select: string) => duck.run(`COPY (SELECT ${select}) TO '${path}' (FORMAT parquet)`)
  const read = (type: NamedColumn['type'], nullable = true) =>
    outcomeOf(readParquet(path, { columns: [{ name: 'a', type, nullable }], form: 'stored' }))
  const unreadable = [
    '[1, 2]',
    '{x: 1}',
    'MAP {1: 2}',
    '1::UBIGINT',
    '1::DECIMAL(30, 2)',
    "TIME '10:00:00'",
    'INTERVAL 1 DAY',
    "TIMESTAMP_NS '2000-01-01 00:00:00'",
  ]
  for (const value of unreadable) {
    await write(`1 AS id, ${value} AS a`)
    const { columns } = await describeParquet(path)
    expect(columns[1], value).not.toHaveProperty('type')
    expect((await read({ name: 'text' })).refused, value).toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringContaining('"a"') as string,
    })
    const columnsOfOthers = [{ name: 'id', type: { name: 'integer' }, nullable: true }] as const
    expect((await outcomeOf(readParquet(path, { columns: columnsOfOthers }))).rows).toEqual([{ id: 1 }])
  }
  const bad: readonly [string, NamedColumn['type']][] = [
    ['9007199254740992', { name: 'integer' }],
    ["'nan'::DOUBLE", { name: 'double' }],
    ["'infinity'::FLOAT", { name: 'double' }],
    ["DATE '10000-01-01'", { name: 'date' }],
    ["TIMESTAMP '2000-01-01 00:00:00.000001'", { name: 'timestamp', unit: 'ms' }],
    ["TIMESTAMP '10000-01-01 00:00:00'", { name: 'timestamp', unit: 'us' }],
    ["'no document'", { name: 'json' }],
    ["'a' || chr(0)", { name: 'text' }],
  ]
  for (const [value, type] of bad) {
    await write(`* FROM (VALUES (NULL), (${value})) AS t(a)`)
    expect((await read(type)).refused, value).toMatchObject({ code: 'INVALID_DATA', path: 'rows[1].a' })
  }
  await write('* FROM (VALUES (1), (NULL)) AS t(a)')
  expect((await read({ name: 'integer' }, false)).refused).toMatchObject({
    code: 'INVALID_DATA',
    path: 'rows[1].a',
  })
  expect((await read({ name: 'text' })).refused).toMatchObject({ code: 'SCHEMA_MISMATCH' })
  await write("* FROM (VALUES ('12.30'::DECIMAL(4, 2))) AS t(a)")
  expect((await read({ name: 'decimal', precision: 7, scale: 4 })).rows).toEqual([{ a: 123000n }])
  expect((await read({ name: 'decimal', precision: 4, scale: 1 })).refused).toMatchObject({
    code: 'SCHEMA_MISMATCH',
  })
})

test('a changed byte of a file of another program ends in an error or in rows, and in nothing else', async () => {
  const duck = await connected()
  const path = join(temporaryFolder(), 'theirs.parquet')
  const select = written.map(
    ([name, sql], column) => `CASE WHEN (i + ${column}) % 5 = 0 THEN NULL ELSE ${sql} END AS "${name}"`,
  )
  const codes = new Set<unknown>()
  for (const version of ['V1', 'V2'])
    for (const compression of ['uncompressed', 'snappy', 'zstd', 'lz4_raw']) {
      await duck.run(
        `COPY (SELECT ${select.join(', ')} FROM range(40) AS r(i)) TO '${path}' (FORMAT parquet, COMPRESSION ${compression}, PARQUET_VERSION ${version})`,
      )
      const bytes = readFileSync(path)
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
          const changed = Buffer.from(bytes)
          changed[at]! ^= mask
          codes.add(await codeOf(changed))
        }),
        { numRuns: 400 },
      )
      for (let length = 0; length < bytes.length; length += 97)
        expect(await codeOf(bytes.subarray(0, length))).toBe('INVALID_DATA')
    }
  for (const code of codes) expect([undefined, 'INVALID_DATA', 'SCHEMA_MISMATCH']).toContain(code)
})

async function codeOf(bytes: Uint8Array) {
  const { refused } = await outcomeOf(
    (async function* () {
      const file = await openParquet(bytes)
      for (const group of file.rowGroups.keys()) yield* file.rows(group)
    })(),
  )
  return refused?.code
}
