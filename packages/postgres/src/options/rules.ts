import { Buffer } from 'node:buffer'
import type { OptionName } from './types.js'

/** Checks a value and says, if it is not acceptable, what is. */
export interface Rule {
  readonly expected: string
  accepts(value: unknown): boolean
}

const int32 = 2 ** 31 - 1

const flag: Rule = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' }

function whole(least: number, most: number): Rule {
  return {
    expected: `a whole number from ${least} to ${most}`,
    accepts: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  }
}

function textOf(expected: string, accepts: (value: string) => boolean = () => true): Rule {
  return {
    expected,
    accepts: (value) => typeof value === 'string' && value !== '' && !value.includes('\0') && accepts(value),
  }
}

const milliseconds: Rule = { ...whole(0, int32), expected: 'a number of milliseconds' }
const limit: Rule = { ...whole(1, int32), expected: 'a number of milliseconds, at least 1' }
const url = textOf('a URL such as postgres://user@host:5432/database')
const pem = textOf('the path of a file, or PEM')

export const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const

export const rules: Readonly<Record<OptionName, Rule>> = {
  url,
  host: textOf('the name or address of a host, or the folder of a Unix socket'),
  port: whole(1, 65_535),
  database: textOf('the name of a database'),
  user: textOf('the name of a user'),
  password: {
    expected: 'a text, or a function that gives one',
    accepts: (value) => typeof value === 'string' || typeof value === 'function',
  },
  databasePrefix: textOf('a text to put before the name of the database'),
  createDatabase: flag,
  schema: textOf('a name of at most 63 bytes that does not begin with "pg_"', isSchemaName),
  createSchema: flag,
  tables: { expected: 'a list of what physical() makes', accepts: Array.isArray },
  extensions: { expected: 'a list of names of extensions', accepts: areNames },
  readOnly: flag,
  applicationName: textOf('a text of at most 63 characters', (value) => value.length <= 63),
  min: whole(0, 10_000),
  max: whole(1, 10_000),
  acquireTimeout: limit,
  idleTimeout: milliseconds,
  maxLifetime: milliseconds,
  connectTimeout: limit,
  statementTimeout: milliseconds,
  lockTimeout: milliseconds,
  idleInTransactionTimeout: milliseconds,
  settings: { expected: 'an object of settings of the server and their values', accepts: areSettings },
  sslmode: {
    expected: `one of ${sslModes.join(', ')}`,
    accepts: (value) => (sslModes as readonly unknown[]).includes(value),
  },
  sslcert: pem,
  sslkey: pem,
  sslrootcert: pem,
  replicaUrl: url,
}

/** PostgreSQL cuts longer names off in silence. */
function isSchemaName(value: string): boolean {
  return value.isWellFormed() && Buffer.byteLength(value) <= 63 && !value.startsWith('pg_')
}

function areNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string' && /^[\w-]{1,63}$/.test(name))
}

function areSettings(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).every(
    ([name, setting]) =>
      /^[a-z_][a-z0-9_.]*$/i.test(name) && ['string', 'number', 'boolean'].includes(typeof setting),
  )
}

/** Another name of an option, and how its value is meant. */
export interface Alias {
  readonly name: OptionName | 'overflow' | 'options'
  /** The value is in seconds. */
  readonly seconds?: true
}

const plain = (name: Alias['name']): Alias => ({ name })
const seconds = (name: Alias['name']): Alias => ({ name, seconds: true })

/** Other names of options: those of libpq, and of the systems whose configurations are taken over. */
export const aliases: Readonly<Record<string, Alias>> = {
  connectionString: plain('url'),
  dsn: plain('url'),
  hostname: plain('host'),
  username: plain('user'),
  dbname: plain('database'),
  database_prefix: plain('databasePrefix'),
  search_path: plain('schema'),
  namespace: plain('schema'),
  read_only: plain('readOnly'),
  readonly: plain('readOnly'),
  application_name: plain('applicationName'),
  pool_size: plain('max'),
  poolSize: plain('max'),
  min_size: plain('min'),
  minConnections: plain('min'),
  max_size: plain('max'),
  maxConnections: plain('max'),
  max_overflow: plain('overflow'),
  maxOverflow: plain('overflow'),
  pool_timeout: seconds('acquireTimeout'),
  pool_recycle: seconds('maxLifetime'),
  connect_timeout: seconds('connectTimeout'),
  statement_timeout: plain('statementTimeout'),
  lock_timeout: plain('lockTimeout'),
  idle_in_transaction_session_timeout: plain('idleInTransactionTimeout'),
  options: plain('options'),
  sslMode: plain('sslmode'),
  ssl_mode: plain('sslmode'),
  sslCert: plain('sslcert'),
  sslKey: plain('sslkey'),
  sslRootCert: plain('sslrootcert'),
  replica_url: plain('replicaUrl'),
  read_replica_url: plain('replicaUrl'),
  readReplicaUrl: plain('replicaUrl'),
}

/** What others offer under names that are none here, and why. */
export const missing: Readonly<Record<string, string>> = {
  echo: 'statements are told to the listener that open() takes as "diagnostics"',
  table: 'a database holds any number of tables: name one with db.table()',
  ssl: 'say "sslmode", "sslcert", "sslkey" and "sslrootcert"',
  pool_pre_ping: 'a broken connection is noticed and replaced without it',
  poolclass: 'there is one kind of pool, which "min", "max" and "idleTimeout" shape',
}

export const refusedSslModes: Readonly<Record<string, string>> = {
  prefer:
    'cannot be "prefer", which goes on unencrypted where the server, or who poses as it, asks for that. The nearest is "require"',
  allow: 'cannot be "allow", which goes on unencrypted wherever it can. The nearest is "require"',
}
