import { option } from '@holdfast/core/backend'
import type { BackendOptions, OptionRule } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import type { PostgresOptions } from './types.js'

/** What may be given: the options, and what only systems whose configurations are taken over have. */
export interface GivenOptions extends PostgresOptions {
  /** Connections beyond `max`. */
  readonly maxOverflow?: number
  /** Settings as libpq has them: `-c name=value -c name=value`. */
  readonly options?: string
  /** Options in an object of their own. */
  readonly connect_args?: object
}

const milliseconds: OptionRule<number> = { ...option.wholeNumber(0), expected: 'a number of milliseconds' }
const limit: OptionRule<number> = {
  ...option.wholeNumber(1),
  expected: 'a number of milliseconds, at least 1',
}
const url = option.text('a URL such as postgres://user@host:5432/database')
const pem = option.text('the path of a file, or PEM')

const rules: BackendOptions<GivenOptions>['rules'] = {
  url,
  host: option.text('the name or address of a host, or the folder of a Unix socket'),
  port: option.wholeNumber(1, 65_535),
  database: option.text('the name of a database'),
  user: option.text('the name of a user'),
  password: {
    expected: 'a text, or a function that gives one',
    accepts: (value): value is Exclude<PostgresOptions['password'], undefined> =>
      typeof value === 'string' || typeof value === 'function',
  },
  databasePrefix: option.text('a text to put before the name of the database'),
  createDatabase: option.flag,
  schema: option.text('a name of at most 63 bytes that does not begin with "pg_"', isSchemaName),
  createSchema: option.flag,
  tables: { expected: 'a list of what physical() makes', accepts: isList },
  extensions: { expected: 'a list of names of extensions', accepts: areNames },
  readOnly: option.flag,
  applicationName: option.text('a text of at most 63 characters', (value) => value.length <= 63),
  min: option.wholeNumber(0, 10_000),
  max: option.wholeNumber(1, 10_000),
  maxOverflow: option.wholeNumber(0, 10_000),
  acquireTimeout: limit,
  idleTimeout: milliseconds,
  maxLifetime: milliseconds,
  connectTimeout: limit,
  statementTimeout: milliseconds,
  lockTimeout: milliseconds,
  idleInTransactionTimeout: milliseconds,
  settings: { expected: 'an object of settings of the server and their values', accepts: areSettings },
  sslmode: {
    ...option.oneOf('disable', 'require', 'verify-ca', 'verify-full'),
    refused: {
      prefer:
        'cannot be "prefer", which goes on unencrypted where the server, or who poses as it, asks for that. The nearest is "require"',
      allow: 'cannot be "allow", which goes on unencrypted wherever it can. The nearest is "require"',
    },
  },
  sslcert: pem,
  sslkey: pem,
  sslrootcert: pem,
  replicaUrl: url,
  options: {
    expected: 'of the form "-c name=value -c name=value"',
    accepts: (value): value is string => typeof value === 'string' && settingsText.test(value),
  },
  connect_args: { expected: 'an object of options', accepts: isObject },
}

const settingsText = /^(\s*-c\s*[A-Za-z_][\w.]*=\S*)*\s*$/

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** PostgreSQL cuts longer names off in silence. */
function isSchemaName(value: string): boolean {
  return value.isWellFormed() && Buffer.byteLength(value) <= 63 && !value.startsWith('pg_')
}

function isList(value: unknown): value is NonNullable<PostgresOptions['tables']> {
  return Array.isArray(value)
}

function areNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string' && /^[\w-]{1,63}$/.test(name))
}

function areSettings(value: unknown): value is NonNullable<PostgresOptions['settings']> {
  if (!isObject(value)) return false
  return Object.entries(value).every(
    ([name, setting]) =>
      /^[a-z_][a-z0-9_.]*$/i.test(name) && ['string', 'number', 'boolean'].includes(typeof setting),
  )
}

/** The value is in seconds. */
function seconds<Name>(name: Name): { readonly name: Name; readonly read: (value: unknown) => unknown } {
  return { name, read: (value) => (typeof value === 'number' ? value * 1000 : value) }
}

/** Other names of options: those of libpq, and of the systems whose configurations are taken over. */
const aliases: BackendOptions<GivenOptions>['aliases'] = {
  connectionString: 'url',
  dsn: 'url',
  hostname: 'host',
  username: 'user',
  dbname: 'database',
  database_prefix: 'databasePrefix',
  search_path: 'schema',
  namespace: 'schema',
  read_only: 'readOnly',
  readonly: 'readOnly',
  application_name: 'applicationName',
  pool_size: 'max',
  poolSize: 'max',
  min_size: 'min',
  minConnections: 'min',
  max_size: 'max',
  maxConnections: 'max',
  max_overflow: 'maxOverflow',
  pool_timeout: seconds('acquireTimeout'),
  pool_recycle: seconds('maxLifetime'),
  connect_timeout: seconds('connectTimeout'),
  statement_timeout: 'statementTimeout',
  lock_timeout: 'lockTimeout',
  idle_in_transaction_session_timeout: 'idleInTransactionTimeout',
  sslMode: 'sslmode',
  ssl_mode: 'sslmode',
  sslCert: 'sslcert',
  sslKey: 'sslkey',
  sslRootCert: 'sslrootcert',
  replica_url: 'replicaUrl',
  read_replica_url: 'replicaUrl',
  readReplicaUrl: 'replicaUrl',
}

/** What others offer under names that are none here, and why. */
const missing: BackendOptions<GivenOptions>['missing'] = {
  echo: 'statements are told to the listener that open() takes as "diagnostics"',
  table: 'a database holds any number of tables: name one with db.table()',
  ssl: 'say "sslmode", "sslcert", "sslkey" and "sslrootcert"',
  pool_pre_ping: 'a broken connection is noticed and replaced without it',
  poolclass: 'there is one kind of pool, which "min", "max" and "idleTimeout" shape',
}

/** The options as data. */
export const described: BackendOptions<GivenOptions> = {
  takenBy: 'postgres',
  example: { url: 'postgres://user@host:5432/database' },
  rules,
  aliases,
  missing,
}
