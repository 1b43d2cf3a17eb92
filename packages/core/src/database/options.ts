import { HoldfastError } from '../backend/errors.js'
import { describeValue } from '../schema/describe.js'
import { didYouMean } from '../schema/nearest.js'
import { reading } from './faults.js'

export interface CallOptions {
  /** Ends the call with `ABORTED`. A write that is aborted has either happened wholly or not at all. */
  readonly signal?: AbortSignal
}

/** Reads and checks the value of one option; `path` is for the message. */
export type OptionReader<Value> = (value: unknown, path: string) => Value

/** How each option is read. Readers are asked only for options that are given. */
export type OptionReaders<Options> = {
  readonly [Name in keyof Options]-?: OptionReader<Exclude<Options[Name], undefined>>
}

/**
 * A copy of an options object with every value checked. An option that is undefined counts as not given.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for what is no object, an unknown option (naming the nearest) or a bad value
 */
export function readOptions<Options extends object>(
  given: unknown,
  readers: OptionReaders<Options>,
  path = 'options',
): Options {
  const result: Record<string, unknown> = {}
  if (given === undefined) return result as Options
  if (typeof given !== 'object' || given === null) throw refuse(path, 'an object of options', given)
  return reading(path, () => {
    for (const [name, value] of Object.entries(given)) {
      if (!Object.hasOwn(readers, name)) throw unknownOption(name, path, Object.keys(readers))
      if (value !== undefined) result[name] = readers[name as keyof Options](value, `${path}.${name}`)
    }
    return result as Options
  })
}

export const abortSignal: OptionReader<AbortSignal> = (value, path) => {
  if (value instanceof AbortSignal) return value
  throw refuse(path, 'an AbortSignal', value)
}

export const flag: OptionReader<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value
  throw refuse(path, 'true or false', value)
}

export const anyText: OptionReader<string> = (value, path) => {
  if (typeof value === 'string') return value
  throw refuse(path, 'a text', value)
}

export function oneOf<const Word extends string>(...words: readonly Word[]): OptionReader<Word> {
  return (value, path) => {
    const word = words.find((candidate) => candidate === value)
    if (word !== undefined) return word
    const hint = typeof value === 'string' ? didYouMean(value, words) : ''
    throw refuse(path, words.map((candidate) => `'${candidate}'`).join(' or '), value, hint)
  }
}

export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): OptionReader<number> {
  const range =
    maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`
  return (value, path) => {
    if (Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum)
      return value as number
    throw refuse(path, `a whole number ${range}`, value)
  }
}

/** How the options are read of calls that can only be aborted. */
export const callOptions: OptionReaders<CallOptions> = { signal: abortSignal }

/** The options of a call that can only be aborted; costs nothing where none are given. */
export function readCallOptions(given: unknown): CallOptions {
  return given === undefined ? none : readOptions(given, callOptions)
}

const none: CallOptions = Object.freeze({})

/** `INVALID_ARGUMENT`, saying what was expected and what was given. */
export function refuse(path: string, expected: string, value: unknown, hint = ''): HoldfastError {
  return new HoldfastError(
    'INVALID_ARGUMENT',
    `${path} must be ${expected}, not ${describeValue(value)}${hint}`,
    { path },
  )
}

function unknownOption(name: string, path: string, known: readonly string[]): HoldfastError {
  const shown = JSON.stringify(name.slice(0, 80).toWellFormed())
  return new HoldfastError('INVALID_ARGUMENT', `${path} has no option ${shown}${didYouMean(name, known)}`, {
    path,
  })
}
