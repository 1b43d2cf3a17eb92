import { didYouMean } from '../../schema/nearest.js'
import { HoldfastError } from '../errors.js'
import type { OptionRule } from './rules.js'

/** A rule for each option. */
export type OptionRules<Options> = {
  readonly [Name in keyof Options]-?: OptionRule<Exclude<Options[Name], undefined>>
}

/** Another name of an option, and how its value is meant where that differs. */
export interface OptionAlias<Name extends PropertyKey> {
  readonly name: Name
  readonly read?: (value: unknown) => unknown
}

/** The options of a backend, as data. */
export interface BackendOptions<Options extends object> {
  /** The function that takes them, for messages: `sqlite`. */
  readonly takenBy: string
  /** How it may be called, for messages. */
  readonly example: Partial<Options>
  readonly rules: OptionRules<Options>
  readonly required?: readonly (keyof Options & string)[]
  /** Other names of options: those of the engine's own settings, and of systems whose configurations are taken over. */
  readonly aliases?: Readonly<Record<string, (keyof Options & string) | OptionAlias<keyof Options & string>>>
  /** What others offer under names that are none here, and why: to be put after "does not exist: ". */
  readonly missing?: Readonly<Record<string, string>>
}

/** What others call a path. Not taken: the same name means a name or a folder elsewhere. */
const otherNamesOfPath: ReadonlySet<string> = new Set([
  'database',
  'db',
  'dbpath',
  'file',
  'filename',
  'filepath',
  'location',
  'name',
  'storage',
  'uri',
  'url',
])

/**
 * A copy of what a backend was given as its options, under their own names and each checked. What is undefined counts as not
 * given. Messages never quote a value, for it may be a secret.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for what is no object or cannot be read, for an unknown option (naming the
 * nearest), one that is given twice or missing, and a value that its rule does not accept
 */
export function readBackendOptions<Options extends object>(
  given: unknown,
  described: BackendOptions<Options>,
): Options {
  const rules: Readonly<Record<string, OptionRule>> = described.rules
  const options: Record<string, unknown> = {}
  for (const [written, value] of entriesOf(given, described)) {
    if (value === undefined) continue
    const { name, read } = meaningOf(written, described)
    if (Object.hasOwn(options, name)) {
      throw invalidOption(written, `is given twice: it is another name of "${name}"`)
    }
    options[name] = checked(written, read === undefined ? value : read(value), rules[name]!)
  }
  for (const name of described.required ?? []) {
    if (!Object.hasOwn(options, name)) {
      throw invalidOption(name, `is missing: it is ${rules[name]!.expected}`)
    }
  }
  return options as Options
}

/** Says what is wrong with an option: `problem` is put after its name, without a full stop. */
export function invalidOption(name: string, problem: string): HoldfastError {
  const end = problem.endsWith('?') ? '' : '.'
  const path = /^\w+$/.test(name) ? name : `options[${JSON.stringify(name.slice(0, 80).toWellFormed())}]`
  return new HoldfastError('INVALID_ARGUMENT', `The option "${name.slice(0, 80)}" ${problem}${end}`, { path })
}

/** Getters and proxies may throw anything. */
function entriesOf<Options extends object>(
  given: unknown,
  { takenBy, example }: BackendOptions<Options>,
): readonly [string, unknown][] {
  const refuse = (message: string, cause?: unknown) =>
    new HoldfastError('INVALID_ARGUMENT', message, { path: 'options', ...(cause !== undefined && { cause }) })
  if (typeof given !== 'object' || given === null) {
    throw refuse(
      `${takenBy}() takes an object of options, as in ${takenBy}({ ${exampleFor(given, example)} }).`,
    )
  }
  try {
    return Object.entries(given)
  } catch (cause) {
    throw refuse(
      `The options of ${takenBy}() threw an error while they were read: the error's cause holds it.`,
      cause,
    )
  }
}

/** With the path that was given in the place of options, if it is plain: anything else may be a URL that holds a password. */
function exampleFor(given: unknown, example: object): string {
  const isPath = typeof given === 'string' && /^(:memory:|[\w./ -]{1,80})$/.test(given)
  return Object.entries(example)
    .map(([name, value]) => [name, name === 'path' && isPath ? given : (value as unknown)])
    .map(([name, value]) => `${String(name)}: ${typeof value === 'string' ? `'${value}'` : String(value)}`)
    .join(', ')
}

function meaningOf<Options extends object>(
  written: string,
  { rules, aliases = {}, missing = {} }: BackendOptions<Options>,
): OptionAlias<string> {
  if (Object.hasOwn(rules, written)) return { name: written }
  if (Object.hasOwn(aliases, written)) {
    const alias = aliases[written]!
    return typeof alias === 'string' ? { name: alias } : alias
  }
  if (Object.hasOwn(missing, written)) throw invalidOption(written, `does not exist: ${missing[written]!}`)
  const isPath = Object.hasOwn(rules, 'path') && otherNamesOfPath.has(written.toLowerCase())
  const names = [...Object.keys(rules), ...Object.keys(aliases)]
  throw invalidOption(
    written,
    `does not exist${isPath ? '. Did you mean "path"?' : didYouMean(written, names)}`,
  )
}

function checked(written: string, given: unknown, { expected, accepts, form, refused }: OptionRule): unknown {
  const value = form === undefined ? given : form(given)
  if (typeof value === 'string' && refused !== undefined && Object.hasOwn(refused, value)) {
    throw invalidOption(written, refused[value]!)
  }
  if (accepts(value)) return value
  throw invalidOption(written, `must be ${expected}`)
}
