import { HoldfastError } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { postgres } from '../src/index.js'
import type { PostgresOptions } from '../src/index.js'
import { items, opened, otherProgram } from './databases.js'
import { serverUrl } from './schemas.js'

const url = 'postgres://user:secret@localhost:5432/database'

function refusal(options: unknown): HoldfastError {
  try {
    // What a caller without types may hand over.
    postgres(options as PostgresOptions)
  } catch (error) {
    if (error instanceof HoldfastError) return error
    throw error
  }
  throw new Error('not refused')
}

describe('options that are not acceptable', () => {
  test.each<[options: unknown, message: RegExp]>([
    [undefined, /takes an object/],
    ['postgres://localhost', /takes an object/],
    [{ url: 'localhost' }, /"url" must be a URL/],
    [{ url: 'mysql://localhost' }, /"url" must be a URL/],
    [
      { url: 'postgres://localhost/a?sslmod=require' },
      /unknown parameter "sslmod".*Did you mean "sslmode"\?/,
    ],
    [{ url: 'postgres://localhost/a?sslmode=prefer' }, /cannot be "prefer".*nearest is "require"/],
    [{ url: 'postgres://user:50%@localhost' }, /percent sign/],
    [{ url: 'postgres://localhost/a?pool=5' }, /unknown parameter: there are host, port/],
    [{ url: 'postgres://localhost/a/b' }, /character that stands for something else/],
    [{ url: 'postgres://localhost/a#b' }, /character that stands for something else/],
    [{ url, sslmode: 'allow' }, /cannot be "allow".*nearest is "require"/],
    [{ url, sslmode: 'full' }, /"sslmode" must be one of disable, require/],
    [{ host: '' }, /"host" must be/],
    [{ host: 7 }, /"host" must be/],
    [{ port: 0 }, /"port" must be a whole number from 1/],
    [{ port: '5432' }, /"port" must be a whole number/],
    [{ password: 7 }, /"password" must be a text, or a function/],
    [{ schema: 'pg_own' }, /"schema" must be/],
    [{ schema: 'a'.repeat(64) }, /"schema" must be/],
    [{ schema: 'a\0b' }, /"schema" must be/],
    [{ min: 11 }, /"min" is greater than "max"/],
    [{ max: 0 }, /"max" must be a whole number from 1/],
    [{ acquireTimeout: 0 }, /"acquireTimeout" must be a number of milliseconds/],
    [{ readOnly: 'yes' }, /"readOnly" must be true or false/],
    [{ settings: { 'work mem': '1MB' } }, /"settings" must be an object of settings/],
    [{ settings: { work_mem: {} } }, /"settings" must be/],
    [{ options: 'statement_timeout=1' }, /"options" must be of the form/],
    [{ pool_size: 5, max: 6 }, /"max" is given twice|another name of "max"/],
    [{ echo: true }, /"echo" does not exist: statements are told/],
    [{ table: 'records' }, /"table" does not exist: a database holds any number/],
    [{ ssl: true }, /"ssl" does not exist: say "sslmode"/],
    [{ poolclass: 'NullPool' }, /"poolclass" does not exist: there is one kind of pool/],
    [{ url: 'postgres://localhost', databasePrefix: 'mdm_' }, /"databasePrefix" needs the option "database"/],
    [{ url: 'postgres://localhost', createDatabase: true }, /"createDatabase" needs the option "database"/],
    [{ hots: 'localhost' }, /"hots" does not exist. Did you mean "host"\?/],
    [{ pool_sise: 5 }, /Did you mean "pool_size"\?/],
    [{ wholly: 'unknown' }, /"wholly" does not exist\.$/],
    [{ replicaUrl: 'nowhere' }, /"replicaUrl" must be a URL/],
  ])('%o', (options, message) => {
    const error = refusal(options)
    expect(error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    })
    expect(error.message).not.toContain('secret')
  })
})

test('the names of other systems set what they set there', async () => {
  const options: Record<string, unknown> = {
    pool_size: 2,
    max_overflow: 1,
    min_size: 3,
    pool_timeout: 2,
    pool_recycle: 3600,
    connect_args: { connect_timeout: 10, options: '-c statement_timeout=300000 -c work_mem=8MB' },
    application_name: 'weather',
  }
  const database = await opened(options)
  const setting = async (name: string) =>
    (await database.sql`select current_setting(${name}) as value`)[0]?.['value']
  expect(await setting('statement_timeout')).toBe('5min')
  expect(await setting('work_mem')).toBe('8MB')
  expect(await setting('application_name')).toBe('weather')
  const gate = Promise.withResolvers<void>()
  const users = Array.from({ length: 3 }, () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const use = async () => {
      resolve()
      await gate.promise
    }
    return { entered: promise, ended: database.native.use(use) }
  })
  await Promise.all(users.map(({ entered }) => entered))
  await expect(database.native.use(async () => undefined)).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringContaining('All 3 connections were in use for more than 2000 ms') as string,
  })
  gate.resolve()
  await Promise.all(users.map(({ ended }) => ended))
})

test('sessions are what Holdfast needs them to be, and what is asked for', async () => {
  const database = await opened({
    statementTimeout: 1234,
    lockTimeout: 2345,
    settings: { random_page_cost: 1.5, jit: false },
  })
  const setting = async (name: string) =>
    (await database.sql`select current_setting(${name}) as value`)[0]?.['value']
  expect(await setting('timezone')).toBe('UTC')
  expect(await setting('statement_timeout')).toBe('1234ms')
  expect(await setting('lock_timeout')).toBe('2345ms')
  expect(await setting('random_page_cost')).toBe('1.5')
  expect(await setting('jit')).toBe('off')
})

test('fields win over the URL', async () => {
  const { hostname, port, username, password } = new URL(serverUrl)
  const database = await opened({
    url: `postgres://nobody:wrong@${hostname}:${port}/nowhere`,
    user: username,
    password: async () => password,
    database: 'postgres',
  })
  expect(await database.sql`select current_user as me`).toEqual([{ me: username }])
})

test('a database and a schema are made where they are missing, if that is asked for', async () => {
  const name = `test_${Date.now()}`
  const there = { databasePrefix: 'mdm_', database: name }
  await expect(opened(there)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  // By several at once, of which one is first.
  const databases = await Promise.all([1, 2, 3].map(() => opened({ ...there, createDatabase: true })))
  for (const database of databases) {
    expect(await database.sql`select current_database() as name`).toEqual([{ name: `mdm_${name}` }])
  }
  const again = await opened({ ...there, createDatabase: true })
  await Promise.all([...databases, again].map((database) => database.close()))
  const main = await opened()
  await main.native.use((client) => client.query(`drop database "mdm_${name}"`))

  await expect(opened({ createSchema: false })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(opened({ readOnly: true })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('capabilities are frozen and plain data', () => {
  const { capabilities } = postgres({ url })
  expect(capabilities).toMatchObject({
    transactions: 'serializable',
    transactionalSchema: true,
    durable: true,
  })
  expect(Object.isFrozen(capabilities) && Object.isFrozen(capabilities.limits)).toBe(true)
  expect(JSON.parse(JSON.stringify(capabilities))).toEqual(capabilities)
})

test('each data set has a database of its own, which sees nothing of the others', async () => {
  const names = ['north', 'south'].map((name) => `${name}_${Date.now()}`)
  const databasePrefix = 'mdm_'
  const [north, south] = await Promise.all(
    names.map((database) => opened({ database, databasePrefix, createDatabase: true })),
  )
  await north!.ensure(items)
  await north!.table(items).insert({ id: 1, name: 'north' })
  await south!.ensure(items)
  expect(await south!.table(items).count()).toBe(0)
  expect(await north!.table(items).count()).toBe(1)
  await Promise.all([north!.close(), south!.close()])
  const client = await otherProgram()
  for (const name of names) await client.query(`drop database "${databasePrefix}${name}"`)
})
