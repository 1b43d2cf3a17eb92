import { open } from '@holdfast/core'
import { startServer } from '@holdfast/postgres-server'
import type { Server } from '@holdfast/postgres-server'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { postgres } from '../src/index.js'
import type { PostgresOptions } from '../src/index.js'

const file = (name: string) => join(import.meta.dirname, 'certificates', name)
const pem = (name: string) => readFileSync(file(name), 'utf8')

let server: Server

// The certificate is for "localhost"; "postgres" is who the client's says that it is.
beforeAll(async () => {
  server = await startServer({
    certificate: { cert: pem('server.crt'), key: pem('server.key'), ca: pem('ca.crt') },
    access: [
      'hostssl all postgres samehost scram-sha-256 clientcert=verify-full',
      'hostnossl all all samehost reject',
    ],
    // Without the lines above: for the address by which no test connects.
    flags: ['-c', 'listen_addresses=localhost'],
  })
})

afterAll(() => server.stop())

const client = { sslcert: file('client.crt'), sslkey: file('client.key') }

async function connect(options: PostgresOptions): Promise<unknown> {
  const url = new URL(server.url)
  const database = await open(postgres({ url: url.href, ...options }))
  onTestFinished(() => database.close())
  await database.native.use(async (client) => {
    const shown = inspect(client, {
      depth: 20,
      showHidden: true,
      customInspect: false,
      maxStringLength: null,
    })
    expect(shown).not.toContain('PRIVATE')
    expect(shown).not.toContain(readFileSync(file('client.key'), 'utf8').split('\n')[1])
    expect(shown).not.toContain(url.password)
  })
  return (await database.sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`)[0]?.['ssl']
}

test.each<[name: string, options: PostgresOptions]>([
  ['require', { ...client, sslmode: 'require' }],
  ['require, with an authority', { ...client, sslmode: 'require', sslrootcert: file('ca.crt') }],
  ['verify-ca, by an address', { ...client, sslmode: 'verify-ca', sslrootcert: file('ca.crt') }],
  [
    'verify-full, by the name',
    { ...client, sslmode: 'verify-full', sslrootcert: file('ca.crt'), host: 'localhost' },
  ],
  [
    'verify-full, certificates as PEM',
    {
      sslcert: pem('client.crt'),
      sslkey: pem('client.key'),
      sslmode: 'verify-full',
      sslrootcert: pem('ca.crt'),
      host: 'localhost',
    },
  ],
])('%s connects', async (_, options) => {
  expect(await connect(options)).toBe(true)
})

test('a statement is cancelled over TLS as well', async () => {
  const database = await open(
    postgres({
      ...client,
      url: server.url,
      sslmode: 'verify-full',
      sslrootcert: file('ca.crt'),
      host: 'localhost',
    }),
  )
  onTestFinished(() => database.close())
  const controller = new AbortController()
  const sleeping = database.sql({ signal: controller.signal })`select pg_sleep(600)`
  sleeping.catch(() => undefined)
  const running = () =>
    database.sql`select from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`
  await expect.poll(async () => (await running()).length).toBe(1)
  controller.abort()
  await expect(sleeping).rejects.toMatchObject({ code: 'ABORTED' })
  expect(await running()).toHaveLength(0)
})

const untrusted = {
  code: 'UNAUTHORIZED',
  retryable: false,
  message: expect.stringContaining('certificate') as string,
}

test.each<[name: string, options: PostgresOptions, error: object]>([
  [
    'verify-full by an address that the certificate is not for',
    { ...client, sslmode: 'verify-full', sslrootcert: file('ca.crt') },
    untrusted,
  ],
  [
    'verify-full with an authority that Node does not know',
    { ...client, sslmode: 'verify-full', host: 'localhost' },
    untrusted,
  ],
  [
    'verify-ca with another authority',
    { ...client, sslmode: 'verify-ca', sslrootcert: file('client.crt') },
    untrusted,
  ],
  [
    'a server that asks for a certificate',
    { sslmode: 'verify-full', sslrootcert: file('ca.crt'), host: 'localhost' },
    { code: 'UNAUTHORIZED' },
  ],
  ['no TLS where the server insists on it', {}, { code: 'UNAUTHORIZED' }],
  [
    'the key of another',
    { ...client, sslcert: file('server.crt'), sslmode: 'require' },
    { code: 'INVALID_ARGUMENT' },
  ],
  [
    'a file that is not there',
    { ...client, sslmode: 'verify-full', sslrootcert: file('nowhere.crt') },
    { code: 'IO' },
  ],
])('%s is refused', async (_, options, error) => {
  await expect(connect(options)).rejects.toMatchObject(error)
})
