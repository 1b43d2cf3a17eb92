import { types } from 'node:util'
import { HoldfastError } from '../backend/errors.js'
import type { ValueContext } from './codecs.js'
import { isPlainObject } from './guard.js'
import { readJson } from './json-reader.js'
import { limits } from './limits.js'
import { stepInto } from './place.js'
import { compareText, fitsBytes, isStorableText } from './text.js'

/**
 * Writes a value as canonical JSON (TYPE-9): keys in code-point order, no white space, numbers as JavaScript prints them,
 * −0 as 0. Members that are undefined are left out. Runs no code of the caller: proxies, accessors and instances of classes
 * are refused, as are cycles, which are deeper than any limit.
 *
 * @throws HoldfastError `INVALID_VALUE` or `LIMIT_EXCEEDED`, with `path` and where in the document the mistake is
 */
export function canonicalJson(value: unknown, path = 'json', context: ValueContext = {}): string {
  const { maxBytes = limits.maxValueBytes, ...details } = context
  const writer = new Writer(maxBytes)
  try {
    if (value === null) throw refusal('null is no document: it is the null of the column')
    const text = writer.write(value, 0)
    if (!fitsBytes(text, maxBytes)) throw writer.tooLarge()
    return text
  } catch (error) {
    const place = error instanceof Refusal ? path + error.place : path
    const [code, problem] =
      error instanceof Refusal ? [error.code, error.message] : ['INVALID_VALUE' as const, 'cannot be read']
    throw new HoldfastError(code, `${place}: ${problem}`, { ...details, path: place })
  }
}

/**
 * Reads a stored document.
 *
 * @throws HoldfastError `INVALID_DATA` when it is no JSON
 */
export function parseJson(stored: string): unknown {
  try {
    return readJson(stored)
  } catch (cause) {
    throw new HoldfastError('INVALID_DATA', 'a stored json value is no JSON text', { cause })
  }
}

/** Gains its place in the document while it travels outwards. */
class Refusal extends Error {
  constructor(
    readonly code: 'INVALID_VALUE' | 'LIMIT_EXCEEDED',
    message: string,
    public place: string,
  ) {
    super(message)
  }
}

class Writer {
  /** Characters written so far: stops documents that are small in memory and endless when written out. */
  #size = 0
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  write(value: unknown, depth: number): string {
    switch (typeof value) {
      case 'string':
        return this.#count(writeText(value))
      case 'number':
        return this.#count(writeNumber(value))
      case 'boolean':
        return this.#count(value ? 'true' : 'false')
      case 'object':
        return value === null ? this.#count('null') : this.#container(value, depth + 1)
      default:
        throw refusal(`a ${typeof value} is no JSON value`)
    }
  }

  tooLarge(): Refusal {
    return new Refusal('LIMIT_EXCEEDED', `a json value is at most ${this.#maxBytes} bytes`, '')
  }

  #container(value: object, depth: number): string {
    if (depth > limits.maxJsonDepth) {
      throw new Refusal(
        'LIMIT_EXCEEDED',
        `json is nested at most ${limits.maxJsonDepth} levels deep; a cycle is endless`,
        '',
      )
    }
    if (types.isProxy(value)) throw refusal('a proxy is no JSON value: copy it first')
    if (Array.isArray(value)) return this.#array(value, depth)
    if (!isPlainObject(value))
      throw refusal('an instance of a class is no JSON value: use plain objects and arrays')
    return this.#object(value, depth)
  }

  #array(values: readonly unknown[], depth: number): string {
    // A plain array owns its indexes and `length`: more is a property that would be lost, fewer is a hole.
    if (Reflect.ownKeys(values).length !== values.length + 1)
      throw refusal('an array with holes or properties is no JSON value')
    const parts: string[] = []
    for (let index = 0; index < values.length; index++)
      parts.push(this.#member(values, index, depth) ?? refuseUndefined(index))
    return this.#count(`[${parts.join(',')}]`, parts.length + 1)
  }

  #object(value: object, depth: number): string {
    const keys = Reflect.ownKeys(value).map((key) => (typeof key === 'string' ? key : refuseSymbol()))
    const parts: string[] = []
    for (const key of keys.sort(compareText)) {
      const member = this.#member(value, key, depth)
      if (member !== undefined) parts.push(`${this.#count(writeText(key))}:${member}`)
    }
    return this.#count(`{${parts.join(',')}}`, 2 * parts.length + 1)
  }

  #member(container: object, key: string | number, depth: number): string | undefined {
    const property = Object.getOwnPropertyDescriptor(container, key)!
    try {
      if (!('value' in property)) throw refusal('an accessor is no JSON value: read it into a plain member')
      if (!property.enumerable) throw refusal('a hidden property is no JSON value')
      return property.value === undefined ? undefined : this.write(property.value, depth)
    } catch (error) {
      if (error instanceof Refusal) error.place = stepInto(key) + error.place
      throw error
    }
  }

  #count(text: string, size: number = text.length): string {
    this.#size += size
    if (this.#size > this.#maxBytes) throw this.tooLarge()
    return text
  }
}

function refusal(message: string): Refusal {
  return new Refusal('INVALID_VALUE', message, '')
}

function refuseSymbol(): never {
  throw refusal('a symbol is no key of a JSON object')
}

function refuseUndefined(index: number): never {
  throw new Refusal('INVALID_VALUE', 'undefined is no JSON value: use null', stepInto(index))
}

function writeText(value: string): string {
  if (!isStorableText(value)) throw refusal('a text has a lone surrogate or U+0000')
  return JSON.stringify(value)
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw refusal(`${value} is no JSON number`)
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw refusal(`${value} is beyond ±(2^53 − 1): keep such integers as text`)
  }
  // `String(-0)` is '0'.
  return String(value)
}
