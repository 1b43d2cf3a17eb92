import { HoldfastError } from '@holdfast/core'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { duckdb } from '../src/index.js'
import type { DuckdbOptions } from '../src/index.js'
import { opened } from './databases.js'
import { temporaryFolder } from './files.js'

const path = 'weather.duckdb'

function refusal(options: unknown): HoldfastError {
  try {
    // What a caller without types may hand over.
    duckdb(options as DuckdbOptions)
  } catch (error) {
    if (error instanceof HoldfastError) return error
    throw error
  }
  throw new Error('not refused')
}

describe('options that are not acceptable', () => {
  test.each<[options: unknown, message: RegExp]>([
    [undefined, /takes an object/],
    ['weather.duckdb', /takes an object/],
    [{}, /"path" is missing/],
    ['https://name:secret@host/db', /as in duckdb\(\{ path: 'data\.duckdb' \}\)/],
    [{ path: '' }, /"path" must be/],
    [{ filename: path }, /"filename" does not exist\. Did you mean "path"\?$/],
    [{ path, table: 'records' }, /"table" does not exist: a database has many tables.*table\(\)/],
    [{ path, profiling_output: 'profile.json' }, /"profilingOutput" needs the option "profiling"/],
    [{ path, timeout: 0.5 }, /"timeout" must be a whole number/],
    [{ path, autoloadExtensions: ['parquet'] }, /"autoloadExtensions" must be true or false/],
    [{ path: ' weather.duckdb' }, /"path" must be/],
    [{ path: 'a\0b' }, /"path" must be/],
    [{ path: 'md:weather' }, /"path" is a URL/],
    [{ path: ':memory:', readOnly: true }, /"readOnly" makes no sense/],
    [{ path, read_only: 'yes' }, /"read_only" must be true or false/],
    [{ path, threads: 0 }, /"threads" must be a whole number from 1/],
    [{ path, memory_limit: 'lots' }, /"memory_limit" must be a number of bytes, or a text such as "4GB"/],
    [{ path, memoryLimit: -1 }, /"memoryLimit" must be a number of bytes/],
    [{ path, externalAccess: 'all' }, /"externalAccess" must be true, false or a list of folders/],
    [{ path, profiling: 'xml' }, /"profiling" must be true, false or one of query_tree/],
    [
      { path, memory_limit: '4GB', max_memory: '8GB' },
      /"max_memory" is given twice: it is another name of "memoryLimit"/,
    ],
    [{ path, max_open_files: 1000 }, /"max_open_files" does not exist.*partitioned_write_max_open_files/],
    [
      { path, autoload_extensions: ['parquet'] },
      /"autoload_extensions" does not exist.*autoload_known_extensions/,
    ],
    [{ path, thread: 4 }, /"thread" does not exist. Did you mean "threads"\?/],
    [{ path, memorylimit: '4GB' }, /Did you mean "memoryLimit"\?/],
    [{ path, wholly: 'unknown' }, /"wholly" does not exist\.$/],
  ])('%o', (options, message) => {
    expect(refusal(options)).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    })
  })
})

test('nothing is opened or created before open', () => {
  const folder = temporaryFolder()
  duckdb({ path: join(folder, 'later.duckdb') })
  expect(readdirSync(folder)).toEqual([])
})

async function settingsOf(options: object, ...names: readonly string[]): Promise<unknown[]> {
  const database = await opened(options)
  const rows = await database.sql`select name, value from duckdb_settings()`
  return names.map((name) => rows.find((row) => row['name'] === name)?.['value'])
}

test('the names of other systems set what they set there', async () => {
  const options = {
    worker_threads: 2,
    max_memory: '512MiB',
    temp_directory: temporaryFolder(),
    enable_progress_bar: false,
  }
  expect(
    await settingsOf(options, 'threads', 'memory_limit', 'temp_directory', 'enable_progress_bar'),
  ).toEqual(['2', '512.0 MiB', options.temp_directory, 'false'])
})

test('a size may be a number of bytes', async () => {
  expect(await settingsOf({ memoryLimit: 256 * 1024 * 1024 }, 'memory_limit')).toEqual(['256.0 MiB'])
})

test('files and extensions are out of reach unless asked for', async () => {
  expect(
    await settingsOf(
      {},
      'enable_external_access',
      'autoload_known_extensions',
      'autoinstall_known_extensions',
      'allow_community_extensions',
    ),
  ).toEqual(['false', 'false', 'false', 'false'])
  const database = await opened()
  for (const refused of [
    () => database.sql`select * from read_csv('/etc/passwd')`,
    () => database.sql`copy (select 1) to '/tmp/never.csv'`,
    () => database.sql`select * from read_text('/etc/passwd')`,
    () => database.sql`select * from read_blob(${'/etc/passwd'})`,
    () => database.sql`select * from read_parquet('/etc/passwd')`,
    () => database.sql`select * from '/etc/hosts.csv'`,
    () => database.sql`select * from glob('/etc/*')`,
    () => database.sql`select * from sniff_csv('/etc/passwd')`,
    () => database.sql`create table stolen as from read_text('/etc/passwd')`,
    () => database.sql`explain analyze from read_text('/etc/passwd')`,
    () => database.sql`export database '/tmp/never'`,
  ]) {
    await expect(refused()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  }
  for (const refused of [
    () => database.sql`attach '/tmp/never.duckdb'`,
    () => database.sql`set enable_external_access = true`,
    () => database.sql`install httpfs`,
    () => database.sql`force install httpfs from community`,
    () => database.sql`explain analyze install httpfs`,
    () => database.sql`update extensions`,
    () => database.sql`load httpfs`,
    () => database.sql`begin`,
  ]) {
    await expect(refused()).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  }
})

test('some folders can be opened alone', async () => {
  const folder = temporaryFolder()
  const database = await opened({ externalAccess: [folder] })
  const inside = join(folder, 'numbers.csv')
  await database.native.run(`copy (select 7 as n) to '${inside}'`)
  expect(
    await database.sql`select n from read_csv(${inside}, columns = {'n': 'BIGINT'}, header = true)`,
  ).toEqual([{ n: 7 }])
  await expect(database.sql`select * from read_csv('/etc/passwd')`).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
  })
})

test('what opens files opens no extensions', async () => {
  const database = await opened({ externalAccess: true })
  await expect(database.sql`install httpfs`).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  await expect(database.sql`load httpfs`).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  // The function is one of an extension: it is not fetched for the asking.
  await expect(database.sql`select * from st_read('map.shp')`).rejects.toMatchObject({
    message: expect.stringMatching(/Catalog Error/) as string,
  })
})

test('capabilities follow from the options', () => {
  expect(duckdb({ path }).capabilities).toMatchObject({
    transactions: 'serializable',
    durable: true,
    concurrentProcesses: false,
    readsDuringTransaction: true,
    sql: 'duckdb',
  })
  expect(duckdb({ path: ':memory:' }).capabilities.durable).toBe(false)
  expect(duckdb({ path, readOnly: true }).capabilities.concurrentProcesses).toBe(true)
  expect(Object.isFrozen(duckdb({ path }).capabilities)).toBe(true)
})
