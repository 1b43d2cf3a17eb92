import { HoldfastError } from '@holdfast/core/backend'
import type { OpenContext } from '@holdfast/core/backend'
import { quoteIdentifier } from '@holdfast/sql'
import pg from 'pg'
import type { ClientConfig } from 'pg'
import { connectError } from '../errors.js'
import type { ResolvedOptions, Target } from '../options/index.js'
import { Secret } from '../secret.js'
import { tlsOptions } from '../tls.js'
import { Connection } from './connection.js'

/** The oldest server that can do what is asked of it. */
const oldestVersion = 140_000

/** Opens a connection and prepares its session. */
export async function openConnection(
  options: ResolvedOptions,
  target: Target,
  onLost: (connection: Connection) => void,
  listener: Pick<OpenContext, 'report' | 'reporting'>,
): Promise<Connection> {
  const client = new pg.Client(await clientConfig(options, target))
  const where = `${client.host}:${client.port}`
  // Until it is known, a failure is told by the call that waits for it.
  const ignore = () => undefined
  client.on('error', ignore)
  try {
    await client.connect()
  } catch (error) {
    throw connectError(error, where)
  } finally {
    forgetPassword(client)
  }
  const connection = new Connection(client, onLost, listener)
  client.off('error', ignore)
  try {
    await prepareSession(connection, options)
    return connection
  } catch (error) {
    connection.destroy()
    throw connectError(error, where)
  }
}

/** The driver keeps what it was given; once connected it does not need it. */
function forgetPassword(client: pg.Client): void {
  const { connectionParameters } = client as unknown as { connectionParameters: { password: unknown } }
  for (const holder of [client, connectionParameters])
    Object.defineProperty(holder, 'password', { value: null })
}

async function clientConfig(options: ResolvedOptions, target: Target): Promise<ClientConfig> {
  const { host, port, database, user, password } = target
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(database !== undefined && { database }),
    ...(user !== undefined && { user }),
    // As a function, so that no copy of the configuration holds it.
    ...(password !== undefined && {
      password: password instanceof Secret ? () => password.reveal() : password,
    }),
    ssl: await tlsOptions(target),
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeout,
    keepAlive: true,
  }
}

/** Makes what the session says the same everywhere: whatever server, database and user have as defaults. */
async function prepareSession(connection: Connection, options: ResolvedOptions): Promise<void> {
  const settings = {
    ...options.settings,
    timezone: 'UTC',
    datestyle: 'ISO, YMD',
    extra_float_digits: '1',
    bytea_output: 'hex',
    standard_conforming_strings: 'on',
    xmlbinary: 'base64',
    search_path: `${quoteIdentifier(options.schema)}, public`,
    ...(options.readOnly && { default_transaction_read_only: 'on' }),
  }
  const entries = Object.entries(settings)
  const calls = entries.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, false)`)
  let facts: readonly (string | null)[] = []
  await connection.run([
    { text: `SELECT ${calls.join(', ')}`, values: entries.flat(), told: '' },
    {
      told: '',
      text: "SELECT current_setting('server_encoding'), current_setting('server_version_num')",
      onRow: (fields) => (facts = fields),
    },
  ])
  const [encoding, version] = facts
  if (encoding !== 'UTF8') {
    throw new HoldfastError(
      'UNSUPPORTED',
      `The database is encoded in ${encoding}: texts need one that is encoded in UTF8.`,
    )
  }
  if (Number(version) < oldestVersion) {
    throw new HoldfastError('UNSUPPORTED', 'The server is older than PostgreSQL 14.')
  }
}
