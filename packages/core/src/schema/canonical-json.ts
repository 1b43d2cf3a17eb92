import { types } from 'node:util'
import { HoldfastError } from '../backend/errors.js'
import { limits } from './limits.js'
import { compareText, fitsBytes, isStorableText } from './text.js'

/**
 * Writes a value as canonical JSON (TYPE-9): keys in code-point order, no white space, numbers as JavaScript prints them,
 * −0 as 0. Members that are undefined are left out. Runs no code of the caller: proxies, accessors and instances of classes
 * are refused, as are cycles, which are deeper than any limit.
 *
 * @throws HoldfastError `INVALID_VALUE` or `LIMIT_EXCEEDED`, with `path` and where in the document the mistake is
 */
export function canonicalJson(
  value: unknown,
  path = 'json',
  maxBytes: number = limits.maxValueBytes,
): string {
  const writer = new Writer(maxBytes)
  try {
    if (value === null)
      throw new Refusal('INVALID_VALUE', 'null is no document: it is the null of the column', '')
    const text = writer.write(value, 0)
    if (!fitsBytes(text, maxBytes)) writer.refuseSize()
    return text
  } catch (error) {
    if (!(error instanceof Refusal))
      throw new HoldfastError('INVALID_VALUE', `${path} cannot be read`, { path, cause: error })
    const place = path + error.place
    throw new HoldfastError(error.code, `${place}: ${error.message}`, { path: place })
  }
}

/** Reads canonical JSON that the engine returned. */
export function parseJson(text: string): unknown {
  return JSON.parse(text)
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

  refuseSize(): never {
    throw new Refusal('LIMIT_EXCEEDED', `a json value is at most ${this.#maxBytes} bytes`, '')
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
      if (error instanceof Refusal) error.place = placeOf(key) + error.place
      throw error
    }
  }

  #count(text: string, size: number = text.length): string {
    this.#size += size
    if (this.#size > this.#maxBytes) this.refuseSize()
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
  throw new Refusal('INVALID_VALUE', 'undefined is no JSON value: use null', placeOf(index))
}

/** Where a member is, cut short: keys are the caller's data and may be of any length. */
function placeOf(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`
  return /^[A-Za-z_]\w{0,62}$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 63).toWellFormed())}]`
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

/** Whether an object was made by `{}`, also in another realm, or has no prototype. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}
