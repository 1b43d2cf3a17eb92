import { open } from '@holdfast/core'
import type { DiagnosticEvent } from '@holdfast/core'
import diagnostics from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { postgres } from '../src/index.js'
import type { PostgresOptions } from '../src/index.js'
import { freshOptions, serverUrl } from './schemas.js'

const password = 'Tr0ub4dor-and-3'

/** All ways in which a value may end up in a log. */
function prints(value: unknown): string {
  const seen: string[] = [inspect(value, { depth: 20, showHidden: true, getters: true }), String(value)]
  try {
    seen.push(
      JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? '',
    )
  } catch {
    // What cannot be written as JSON is in no log of JSON.
  }
  if (value instanceof Error)
    seen.push(value.message, value.stack ?? '', ...(value.cause === undefined ? [] : [prints(value.cause)]))
  return seen.join('\n')
}

/** Everything that is printed or told while something is done. */
async function told(work: (listen: (event: DiagnosticEvent) => void) => Promise<unknown>): Promise<string> {
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

const { hostname, port } = new URL(serverUrl)
const where = { host: hostname, port: Number(port), user: 'nobody' }

test.each<[situation: string, options: PostgresOptions]>([
  ['a wrong password', { ...where, password }],
  ['a wrong password in a URL', { url: `postgres://nobody:${password}@${hostname}:${port}/postgres` }],
  ['a password that a function gives', { ...where, password: async () => password }],
  ['a function that fails', { ...where, password: () => Promise.reject(new Error('no token')) }],
  ['nobody there', { url: `postgres://nobody:${password}@127.0.0.1:1/postgres` }],
  ['an unknown host', { url: `postgres://nobody:${password}@host.invalid/postgres` }],
  ['a server without TLS', { ...where, password, sslmode: 'verify-full' }],
  [
    'a key that is no key',
    { ...where, password, sslmode: 'require', sslkey: `-----BEGIN ${password}`, sslcert: '-----BEGIN x' },
  ],
  [
    'a replica that is not there',
    { url: serverUrl, replicaUrl: `postgres://nobody:${password}@127.0.0.1:1/postgres` },
  ],
  ['a URL that is none', { url: `postgres://nobody:${password}@[/postgres` }],
  ['a URL with an unknown parameter', { url: `postgres://nobody:${password}@localhost/postgres?hots=1` }],
])('%s: nothing that is told holds the password', async (_, options) => {
  const everything = await told(async (listen) => {
    const backend = postgres(options)
    listen(backend as never)
    const database = await open(backend, { diagnostics: listen })
    onTestFinished(() => database.close())
    listen(database as never)
    await database.tables()
  })
  expect(everything).not.toContain(password)
  // Something was told at all.
  expect(everything.length).toBeGreaterThan(20)
})

test('an open database shows no password, in use or not', async () => {
  const { password: real } = new URL(serverUrl)
  const everything = await told(async (listen) => {
    const backend = postgres(freshOptions())
    const database = await open(backend, { diagnostics: listen })
    listen(backend as never)
    listen(database as never)
    await database.native.use(async (client) => {
      await client.query('select 1')
      listen({ options: client } as never)
    })
    await database.transaction(async (tx) => listen(tx as never))
    await database.sql`select 1`.then(listen as never)
    await database.sql`select no_such_column`.catch(listen as never)
    listen((await database.stats()) as never)
    await database.close()
  })
  expect(everything).not.toContain(real)
})
