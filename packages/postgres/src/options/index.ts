import { didYouMean, HoldfastError } from '@holdfast/core/backend'
import type { Designs } from '../physical/design.js'
import { designsOf } from '../physical/physical.js'
import { Secret } from '../secret.js'
import { invalid } from './invalid.js'
import { aliases, missing, refusedSslModes, rules } from './rules.js'
import type { OptionName, PostgresOptions, SslMode } from './types.js'
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

type Given = Partial<Record<OptionName | 'overflow' | 'options', unknown>>
type Options = { readonly [Name in OptionName]?: PostgresOptions[Name] | undefined } & {
  readonly overflow?: number | undefined
}

/**
 * The options with their defaults.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for an unknown option, naming the nearest, or a value that is not acceptable
 */
export function resolveOptions(given: PostgresOptions): ResolvedOptions {
  if (typeof given !== 'object' || given === null) {
    throw new HoldfastError('INVALID_ARGUMENT', 'postgres() takes an object of options, such as { url }.')
  }
  const options = withUrl(readGiven(given), 'url')
  const { max = 10, min = 0, overflow = 0 } = options
  if (min > max + overflow) throw invalid('min', 'is greater than "max"')
  for (const name of ['databasePrefix', 'createDatabase'] as const) {
    const needsName = options[name] !== undefined && options[name] !== false
    if (needsName && options.database === undefined) throw invalid(name, 'needs the option "database"')
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
    max: max + overflow,
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
function withUrl(given: Given, option: OptionName): Options {
  const { url } = given
  const said = url === undefined ? {} : readGiven(readUrl(url as string, option))
  const { options, ...fields } = { ...said, ...given }
  if (options === undefined) return fields as Options
  const settings = { ...parseOptions(options), ...(fields.settings as object | undefined) }
  return { ...fields, settings } as Options
}

function readGiven(given: object): Given {
  const options: Given = {}
  for (const [written, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (written === 'connect_args' && typeof value === 'object' && value !== null) {
      Object.assign(options, readGiven(value as object))
      continue
    }
    const { name, seconds } = optionOf(written)
    if (name in options) throw invalid(written, `is given twice: it is another name of "${name}"`)
    options[name] = checked(
      name,
      written,
      seconds === true && typeof value === 'number' ? value * 1000 : (value as unknown),
    )
  }
  return options
}

function optionOf(written: string): { readonly name: keyof Given; readonly seconds?: true } {
  if (Object.hasOwn(rules, written)) return { name: written as OptionName }
  if (Object.hasOwn(aliases, written)) return aliases[written]!
  if (Object.hasOwn(missing, written)) throw invalid(written, `does not exist: ${missing[written]!}`)
  const names = [...Object.keys(rules), ...Object.keys(aliases)]
  throw invalid(written, `does not exist${didYouMean(written, names)}`)
}

function checked(name: keyof Given, written: string, value: unknown): unknown {
  if (name === 'options') return value
  if (name === 'sslmode' && typeof value === 'string' && Object.hasOwn(refusedSslModes, value)) {
    throw invalid(written, refusedSslModes[value]!)
  }
  const rule = rules[name === 'overflow' ? 'min' : name]
  if (rule.accepts(value)) return value
  throw invalid(written, `must be ${rule.expected}`)
}

/** `-c name=value -c name=value`, as libpq has it. */
function parseOptions(text: unknown): Record<string, string> {
  const pattern = /^(\s*-c\s*[A-Za-z_][\w.]*=\S*)*\s*$/
  if (typeof text !== 'string' || !pattern.test(text))
    throw invalid('options', 'must be of the form "-c name=value -c name=value"')
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
