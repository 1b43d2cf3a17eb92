import { isProxy } from 'node:util/types'
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
    writer.write(value, 0)
    if (!fitsBytes(writer.text, maxBytes)) throw writer.tooLarge()
    return writer.text
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
  place = ''

  constructor(
    readonly code: 'INVALID_VALUE' | 'LIMIT_EXCEEDED',
    message: string,
  ) {
    super(message)
  }
}

/** Appends to one text, whose length also stops documents that are small in memory and endless when written out. */
class Writer {
  text = ''
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  write(value: unknown, depth: number): void {
    switch (typeof value) {
      case 'string':
        return this.#append(quote(value))
      case 'number':
        return this.#append(writeNumber(value))
      case 'boolean':
        return this.#append(value ? 'true' : 'false')
      case 'object':
        return value === null ? this.#append('null') : this.#container(value, depth + 1)
      default:
        throw refusal(`a ${typeof value} is no JSON value`)
    }
  }

  tooLarge(): Refusal {
    return new Refusal('LIMIT_EXCEEDED', `a json value is at most ${this.#maxBytes} bytes`)
  }

  #container(value: object, depth: number): void {
    if (depth > limits.maxJsonDepth) throw tooDeep()
    if (isProxy(value)) throw refusal('a proxy is no JSON value: copy it first')
    if (Array.isArray(value)) this.#array(value, depth)
    else if (isPlainObject(value)) this.#object(value, depth)
    else throw refusal('an instance of a class is no JSON value: use plain objects and arrays')
  }

  #array(values: readonly unknown[], depth: number): void {
    this.#append('[')
    for (let index = 0; index < values.length; index++) {
      if (index > 0) this.#append(',')
      try {
        const value = ownValue(values, index)
        if (value === undefined) throw refusal('undefined is no JSON value: use null')
        this.write(value, depth)
      } catch (error) {
        throw placed(error, index)
      }
    }
    this.#append(']')
  }

  #object(value: object, depth: number): void {
    if (Object.getOwnPropertySymbols(value).length > 0) throw refusal('a symbol is no key of a JSON object')
    let separator = '{'
    for (const key of inOrder(Object.keys(value))) {
      try {
        const member = ownValue(value, key)
        if (member === undefined) continue
        this.#append(`${separator}${quote(key)}:`)
        separator = ','
        this.write(member, depth)
      } catch (error) {
        throw placed(error, key)
      }
    }
    this.#append(separator === '{' ? '{}' : '}')
  }

  #append(text: string): void {
    this.text += text
    if (this.text.length > this.#maxBytes) throw this.tooLarge()
  }
}

/** The value of a property, without running an accessor; undefined where there is none. */
function ownValue(container: object, key: string | number): unknown {
  const property = Object.getOwnPropertyDescriptor(container, key)
  if (property === undefined || 'value' in property) return property?.value
  throw refusal('an accessor is no JSON value: read it into a plain member')
}

/** Keys by code points; most objects have them in order already. */
function inOrder(keys: string[]): string[] {
  for (let index = 1; index < keys.length; index++) {
    if (compareText(keys[index - 1]!, keys[index]!) > 0) return keys.sort(compareText)
  }
  return keys
}

/** Printable ASCII but for the quote and the backslash: the same in JSON. */
const plain = /^[ !#-[\]-~]*$/

function quote(value: string): string {
  if (plain.test(value)) return `"${value}"`
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

function refusal(message: string): Refusal {
  return new Refusal('INVALID_VALUE', message)
}

function tooDeep(): Refusal {
  return new Refusal(
    'LIMIT_EXCEEDED',
    `json is nested at most ${limits.maxJsonDepth} levels deep, and a cycle has no end`,
  )
}

function placed(error: unknown, key: string | number): unknown {
  if (error instanceof Refusal) error.place = stepInto(key) + error.place
  return error
}
