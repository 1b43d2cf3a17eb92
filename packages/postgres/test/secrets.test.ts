import { open } from '@holdfast/core'
import type { DiagnosticEvent } from '@holdfast/core'
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import diagnostics from 'node:diagnostics_channel'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { format, inspect } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { postgres } from '../src/index.js'
import type { PostgresOptions } from '../src/index.js'
import { freshOptions, serverUrl } from './schemas.js'

/** With what means something in URLs, in JSON and in SQL. */
const password = `Tr0ub/4dor@"and"&3'?#x`
const inUrl = encodeURIComponent(password)

/** What a password could be recognized by, or found again from. */
function formsOf(secret: string): readonly string[] {
  const quoted = JSON.stringify(secret).slice(1, -1)
  const inUrl = encodeURIComponent(secret)
  return [
    ...[
      secret,
      quoted,
      JSON.stringify(quoted).slice(1, -1),
      inUrl,
      new URL(`postgres://u:${inUrl}@h`).password,
    ],
    ...[Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')],
    ...['md5', 'sha256'].map((algorithm) => createHash(algorithm).update(secret).digest('hex')),
  ]
}

/** All ways in which a value may end up in a log, with all that hangs on it. */
function prints(value: unknown, seen = new Set<unknown>()): string {
  if (seen.has(value)) return ''
  seen.add(value)
  const hidden = { depth: 20, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null }
  const all = [
    inspect(value, hidden),
    inspect(value, { ...hidden, customInspect: false }),
    format('%s %o %O', value, value, value),
    String(value),
    asJson(value),
  ]
  if (value instanceof Error) {
    all.push(value.message, value.stack ?? '')
    for (const name of Reflect.ownKeys(value)) all.push(String(name), prints(Reflect.get(value, name), seen))
  }
  return all.join('\n')
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? ''
  } catch {
    // What cannot be written as JSON is in no log of JSON.
    return ''
  }
}

/** Everything that is printed or told while something is done. */
async function told(work: (listen: (value: unknown) => void) => Promise<unknown>): Promise<string> {
  const all: string[] = []
  const note = (value: unknown) => void all.push(prints(value))
  const streams = [process.stdout, process.stderr].map((stream) => ({
    stream,
    write: stream.write.bind(stream),
  }))
  for (const { stream } of streams) {
    stream.write = (text: string | Uint8Array) => {
      note(String(text))
      return true
    }
  }
  process.on('warning', note)
  const channel = diagnostics.channel('holdfast')
  channel.subscribe(note)
  try {
    note(await work(note))
  } catch (error) {
    note(error)
  } finally {
    channel.unsubscribe(note)
    process.off('warning', note)
    for (const { stream, write } of streams) stream.write = write
  }
  return all.join('\n')
}

function expectNoneOf(everything: string, secret: string): void {
  // A failure says what it was told, but not in full.
  const found = formsOf(secret).filter((form) => everything.includes(form))
  expect(found).toEqual([])
  expect(everything.length).toBeGreaterThan(20)
}

const { hostname, port, username } = new URL(serverUrl)
const where = { host: hostname, port: Number(port), user: 'nobody' }
const url = (rest: string) => `postgres://nobody:${inUrl}@${rest}`
const here = `${hostname}:${port}`

/** Opens a database, and asks of it what can be asked. */
async function use(options: unknown, listen: (value: unknown) => void): Promise<void> {
  const backend = postgres(options as PostgresOptions)
  listen(backend)
  const database = await open(backend, { diagnostics: (event: DiagnosticEvent) => listen(event) })
  onTestFinished(() => database.close())
  listen(database)
  await database.tables()
  await database.sql`select no_such_column`
}

test.each<[situation: string, options: unknown]>([
  ['a wrong password', { ...where, password }],
  ['a wrong password in a URL', { url: url(`${here}/postgres`) }],
  [
    'a wrong password as a parameter of a URL',
    { url: `postgres://nobody@${here}/postgres?password=${inUrl}` },
  ],
  ['a wrong password under another name of the option', { dsn: url(`${here}/postgres`) }],
  ['a database that is to be made', { ...where, password, database: 'nowhere', createDatabase: true }],
  ['a password that a function gives', { ...where, password: async () => password }],
  ['a function that fails', { ...where, password: () => Promise.reject(new Error('no token')) }],
  ['nobody there', { url: url('127.0.0.1:1/postgres') }],
  ['nobody there, by a name of two addresses', { url: url('localhost:1/postgres') }],
  ['an unknown host', { url: url('host.invalid/postgres') }],
  ['no such socket', { host: '/nowhere', user: 'nobody', password }],
  ['a server without TLS', { ...where, password, sslmode: 'verify-full' }],
  [
    'a key that is no key',
    { ...where, password, sslmode: 'require', sslkey: `-----BEGIN ${password}`, sslcert: '-----BEGIN x' },
  ],
  ['a replica that is not there', { url: serverUrl, replicaUrl: url('127.0.0.1:1/postgres') }],
  ['a replica that refuses the password', { url: serverUrl, replicaUrl: url(`${here}/postgres`) }],
  ['a URL that is none', { url: url('[/postgres') }],
  ['a URL of something else', { url: `mysql://nobody:${inUrl}@localhost/postgres` }],
  ['a URL with an unknown parameter', { url: url('localhost/postgres?hots=1') }],
  ['a URL in the place of the options', url('localhost/postgres')],
  ['an object in the place of a URL', { url: new URL(url('localhost/postgres')) }],
  ['several URLs', { url: [url('localhost/postgres')] }],
  ['a password that is no text', { ...where, password: [password] }],
  ['an option that does not exist', { ...where, passwrod: password }],
  ['a setting that the server does not know', { url: serverUrl, settings: { no_such_setting: password } }],
])('%s: nothing that is told holds the password', async (_, options) => {
  expectNoneOf(await told(async (listen) => use(options, listen)), password)
})

/** What stands where in a URL is not what was meant. */
test.each(['4711?Tr0ub=4dor', '4711#Tr0ub4dor', '4711/Tr0ub4dor', '4711?a=b&Tr0ub4dor', 'Tr0ub4dor%'])(
  'the password %j, written into a URL as it is: nothing that is told holds it',
  async (unquoted) => {
    const everything = await told(async (listen) =>
      use({ url: `postgres://nobody:${unquoted}@localhost/postgres` }, listen),
    )
    expect(everything).toContain('INVALID_ARGUMENT')
    expect(everything.toLowerCase()).not.toMatch(/tr0ub|4dor/)
  },
)

test('a password of the environment is not told', async () => {
  vi.stubEnv('PGPASSWORD', password)
  onTestFinished(() => void vi.unstubAllEnvs())
  expectNoneOf(await told(async (listen) => use(where, listen)), password)
})

test.each<[what: string, answer: (socket: Socket) => unknown]>([
  ['that says nothing', () => undefined],
  ['that hangs up', (socket) => socket.destroy()],
  ['that speaks another language', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  // A request for the password as it is.
  ['that asks for the password', (socket) => socket.write(Buffer.from('520000000800000003', 'hex'))],
])('a server %s: nothing that is told holds the password', async (_, answer) => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port: there } = server.address() as AddressInfo
  const options = { host: '127.0.0.1', port: there, user: 'nobody', password, connectTimeout: 300 }
  expectNoneOf(await told(async (listen) => use(options, listen)), password)
})

test('an open database shows no password, in use, in trouble or not', async () => {
  const { password: real } = new URL(serverUrl)
  const everything = await told(async (listen) => {
    const options = freshOptions({ max: 2, acquireTimeout: 50 })
    const backend = postgres(options)
    const database = await open(backend, { diagnostics: listen })
    const note = async (call: () => Promise<unknown>) => call().then(listen, listen)
    listen(backend)
    listen(database)
    await note(() =>
      database.native.use(async (client) => {
        listen(client)
        await client.query('select 1')
        listen(client)
      }),
    )
    await note(() => database.transaction(async (tx) => listen(tx)))
    await note(() => database.sql`select 1`)
    await note(() => database.sql`select no_such_column`)
    await note(() => database.stats())
    await note(() =>
      database.native.use(() => database.native.use(() => database.native.use(async () => undefined))),
    )
    await note(() => database.sql`select pg_terminate_backend(pg_backend_pid())`)
    await note(() => open(postgres({ ...options, database: 'nowhere' })))
    await note(() => open(postgres({ ...options, user: 'nobody' })))
    await database.close()
    await note(() => database.tables())
  })
  expect(username).not.toBe('')
  expectNoneOf(everything, real)
})
