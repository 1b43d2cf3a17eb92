import { invalidOption, readBackendOptions } from '@holdfast/core/backend'
import type { Designs } from '../physical/design.js'
import { designsOf } from '../physical/physical.js'
import { Secret } from '../secret.js'
import { described } from './rules.js'
import type { GivenOptions } from './rules.js'
import type { PostgresOptions, SslMode } from './types.js'
import { readUrl } from './url.js'

export type { PostgresOptions, SslMode } from './types.js'

/** Where a server is and how it is spoken to. */
export interface Target {
  readonly host: string | undefined
  readonly port: number | undefined
  readonly database: string | undefined
  readonly user: string | undefined
  readonly password: Secret | (() => string | Promise<string>) | undefined
  readonly sslmode: SslMode
  readonly sslcert: string | undefined
  readonly sslkey: Secret | undefined
  readonly sslrootcert: string | undefined
}

export interface ResolvedOptions {
  readonly primary: Target
  readonly replica: Target | undefined
  readonly createDatabase: boolean
  readonly schema: string
  readonly createSchema: boolean
  readonly designs: Designs
  readonly extensions: readonly string[]
  readonly readOnly: boolean
  readonly applicationName: string
  readonly min: number
  readonly max: number
  readonly acquireTimeout: number
  readonly idleTimeout: number
  readonly maxLifetime: number
  readonly connectTimeout: number
  /** Settings of each session by their names. */
  readonly settings: Readonly<Record<string, string>>
}

type Options = Omit<GivenOptions, 'options' | 'connect_args'>

/**
 * The options with their defaults.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for an unknown option, naming the nearest, or a value that is not acceptable
 */
export function resolveOptions(given: PostgresOptions): ResolvedOptions {
  const options = withUrl(readGiven(given), 'url')
  const { max = 10, min = 0, maxOverflow = 0 } = options
  if (min > max + maxOverflow) throw invalidOption('min', 'is greater than "max"')
  for (const name of ['databasePrefix', 'createDatabase'] as const) {
    const needsName = options[name] !== undefined && options[name] !== false
    if (needsName && options.database === undefined) throw invalidOption(name, 'needs the option "database"')
  }
  const primary = targetOf(options)
  return {
    primary,
    replica: options.replicaUrl === undefined ? undefined : replicaOf(options.replicaUrl, primary),
    createDatabase: options.createDatabase ?? false,
    schema: options.schema ?? 'public',
    createSchema: options.createSchema ?? true,
    designs: designsOf(options.tables ?? []),
    extensions: options.extensions ?? [],
    readOnly: options.readOnly ?? false,
    applicationName: options.applicationName ?? 'holdfast',
    min,
    max: max + maxOverflow,
    acquireTimeout: options.acquireTimeout ?? 30_000,
    idleTimeout: options.idleTimeout ?? 10_000,
    maxLifetime: options.maxLifetime ?? 0,
    connectTimeout: options.connectTimeout ?? 10_000,
    settings: settingsOf(options),
  }
}

function targetOf(options: Options): Target {
  const { database, databasePrefix = '', password, sslkey } = options
  return {
    host: options.host,
    port: options.port,
    database: database === undefined ? undefined : databasePrefix + database,
    user: options.user,
    password: typeof password === 'string' ? new Secret(password) : password,
    sslmode: options.sslmode ?? 'disable',
    sslcert: options.sslcert,
    sslkey: sslkey === undefined ? undefined : new Secret(sslkey),
    sslrootcert: options.sslrootcert,
  }
}

/** What the replica's URL does not say is as for the primary. */
function replicaOf(url: string, primary: Target): Target {
  const own = targetOf(withUrl({ url }, 'replicaUrl'))
  const said = Object.entries(own).filter(([name, value]) => value !== undefined && name !== 'sslmode')
  const mode = new URL(url).searchParams.has('sslmode') ? own.sslmode : primary.sslmode
  return { ...primary, ...(Object.fromEntries(said) as Partial<Target>), sslmode: mode }
}

/** Fields, and what the URL says beside them. */
function withUrl(given: GivenOptions, urlOption: 'url' | 'replicaUrl'): Options {
  const { url } = given
  const said = url === undefined ? {} : readGiven(readUrl(url, urlOption))
  const { options, ...fields } = { ...said, ...given }
  return options === undefined
    ? fields
    : { ...fields, settings: { ...parseSettings(options), ...fields.settings } }
}

function readGiven(given: unknown): GivenOptions {
  const { connect_args: more, ...options } = readBackendOptions(given, described)
  if (more === undefined) return options
  const others = readGiven(more)
  const twice = Object.keys(others).find((name) => Object.hasOwn(options, name))
  if (twice !== undefined) throw invalidOption(twice, 'is given twice: it is in "connect_args", too')
  return { ...options, ...others }
}

/** `-c name=value -c name=value` */
function parseSettings(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/-c\s*([\w.]+)=(\S*)/g)].map(([, name, value]) => [name!, value!]),
  )
}

function settingsOf(options: Options): Readonly<Record<string, string>> {
  const named: Readonly<Record<string, number | undefined>> = {
    statement_timeout: options.statementTimeout,
    lock_timeout: options.lockTimeout,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeout,
  }
  const all = {
    ...options.settings,
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
  }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
