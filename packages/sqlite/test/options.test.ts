import { HoldfastError } from '@holdfast/core'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sqlite } from '../src/index.js'
import type { SqliteOptions } from '../src/index.js'
import { opened } from './databases.js'
import { temporaryFolder } from './files.js'

const path = 'weather.db'

/** What a caller without types may hand over. */
const make = (options: unknown) => () => sqlite(options as SqliteOptions)

function refusal(options: unknown): HoldfastError {
  try {
    make(options)()
  } catch (error) {
    if (error instanceof HoldfastError) return error
    throw error
  }
  throw new Error('not refused')
}

describe('options that are not acceptable', () => {
  test.each<[options: unknown, message: RegExp]>([
    [undefined, /takes an object/],
    ['weather.db', /, as in sqlite\(\{ path: 'weather\.db' \}\)\.$/],
    [':memory:', /, as in sqlite\(\{ path: ':memory:' \}\)\.$/],
    ['db://user:secret@host', /, as in sqlite\(\{ path: 'data\.db' \}\)\.$/],
    [{}, /"path" is missing/],
    [{ path: '' }, /"path" must be/],
    [{ path: ' weather.db' }, /"path" must be/],
    [{ path: 'a\0b' }, /"path" must be/],
    [{ path: 7 }, /"path" must be/],
    [{ path: 'file:weather.db' }, /"path" is a URL/],
    [{ path: ':memory:', readOnly: true }, /"readOnly" makes no sense/],
    [{ path, readonly: 'yes' }, /"readonly" must be true or false/],
    [{ path, journalMode: 'wall' }, /"journalMode" must be one of wal, delete/],
    [{ path, journal_mode: 'OFF' }, /cannot be "off".* nearest is "memory"/],
    [{ path, synchronous: 1 }, /"synchronous" must be one of/],
    [{ path, timeout: -1 }, /"timeout" must be a whole number from 0/],
    [{ path, timeout: 1.5 }, /"timeout" must be a whole number/],
    [{ path, cache_size: '64MB' }, /"cache_size" must be a whole number/],
    [{ path, pageSize: 1000 }, /"pageSize" must be a power of 2/],
    [{ path, maxPageCount: 0 }, /"maxPageCount" must be a whole number from 1/],
    [{ path, pool_size: 1000 }, /"pool_size" must be a whole number from 0 to 64/],
    [{ path, threads: -1 }, /"threads" must be a whole number from 0 to 64, or false/],
    [{ path, threads: true }, /"threads" must be a whole number from 0 to 64, or false/],
    [{ path, journalmode: 'wal' }, /"journalmode" does not exist. Did you mean "journalMode"\?$/],
    [{ file: path }, /"file" does not exist. Did you mean "path"\?$/],
    [{ filename: path }, /"filename" does not exist. Did you mean "path"\?$/],
    [{ Path: path }, /"Path" does not exist. Did you mean "path"\?$/],
    [{ path, syncronous: 'full' }, /Did you mean "synchronous"\?/],
    [
      { path, max_sql_length: 1_000_000 },
      /"max_sql_length" does not exist: it is a limit that SQLite is built with/,
    ],
    [{ path, wholly: 'unknown' }, /"wholly" does not exist\.$/],
    [{ path, timeout: 1, busy_timeout: 2 }, /"busy_timeout" is given twice: it is another name of "timeout"/],
  ])('%o', (options, message) => {
    expect(refusal(options)).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    })
  })
})

const thrown = new Error('thrown')
const revoked = Proxy.revocable({}, {})
revoked.revoke()

test.each<[name: string, options: unknown, cause: unknown]>([
  [
    'a getter',
    {
      get path(): string {
        throw thrown
      },
    },
    thrown,
  ],
  [
    'a proxy',
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw thrown
        },
      },
    ),
    thrown,
  ],
  ['a revoked proxy', revoked.proxy, expect.any(TypeError)],
])('%s that throws is refused, and what it threw is the cause', (_, options, cause) => {
  expect(refusal(options)).toMatchObject({ code: 'INVALID_ARGUMENT', cause })
})

test('nothing is opened or created before open', () => {
  const folder = temporaryFolder()
  sqlite({ path: join(folder, 'later.db') })
  expect(readdirSync(folder)).toEqual([])
})

test('the names of other systems set what they set there', async () => {
  const options: Record<string, unknown> = {
    journal_mode: 'DELETE',
    synchronous: 'FULL',
    cache_size: -2000,
    temp_store: 'MEMORY',
    mmap_size: 65536,
    foreign_keys: false,
    recursive_triggers: true,
    max_page_count: 5000,
    busy_timeout: 10,
    pool_size: 2,
  }
  const database = await opened(options)
  const setting = (name: string) => database.native.pragma(name, { simple: true })
  expect(setting('journal_mode')).toBe('delete')
  expect(setting('synchronous')).toBe(2)
  expect(setting('cache_size')).toBe(-2000)
  expect(setting('temp_store')).toBe(2)
  expect(setting('mmap_size')).toBe(65536)
  expect(setting('foreign_keys')).toBe(0)
  expect(setting('recursive_triggers')).toBe(1)
  expect(setting('max_page_count')).toBe(5000)
})

test('the defaults are those that are documented', async () => {
  const database = await opened()
  const setting = (name: string) => database.native.pragma(name, { simple: true })
  expect(setting('journal_mode')).toBe('wal')
  expect(setting('synchronous')).toBe(1)
  expect(setting('foreign_keys')).toBe(1)
  expect(setting('recursive_triggers')).toBe(0)
  expect(setting('cache_size')).toBe(-16000)
  expect(setting('page_size')).toBe(4096)
})

test('capabilities are those of the options, frozen and plain data', () => {
  const { capabilities } = sqlite({ path })
  expect(capabilities).toMatchObject({
    readsDuringTransaction: true,
    durable: true,
    concurrentProcesses: true,
  })
  expect(Object.isFrozen(capabilities) && Object.isFrozen(capabilities.limits)).toBe(true)
  expect(JSON.parse(JSON.stringify(capabilities))).toEqual(capabilities)

  expect(sqlite({ path: ':memory:' }).capabilities).toMatchObject({
    readsDuringTransaction: false,
    durable: false,
    concurrentProcesses: false,
  })
  expect(sqlite({ path, journalMode: 'delete' }).capabilities).toMatchObject({
    readsDuringTransaction: false,
    durable: true,
  })
  expect(sqlite({ path, journalMode: 'memory' }).capabilities.durable).toBe(false)
})
