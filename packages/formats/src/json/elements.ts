import type { Problem } from '../errors.js'
import { documentsAtOnce, isSpace, lineFeed } from './splitter.js'
import type { Splitter } from './splitter.js'

const quote = 0x22
const comma = 0x2c
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

type Next = 'array' | 'element or end' | 'element' | 'comma or end' | 'nothing'

const expectations: Readonly<Record<Next, string>> = {
  array: 'a JSON file of rows must be an array of objects',
  'element or end': 'every element of the array must be an object',
  element: 'every element of the array must be an object',
  'comma or end': 'a comma or the end of the array is missing',
  nothing: 'something stands behind the array',
}

/**
 * The objects in one array. Only their ends are looked for: whether what is between them is JSON shows when it is parsed.
 */
export class Elements implements Splitter {
  starts: number[] = []
  ends: number[] = []
  lines: number[] = []
  problem: Problem | undefined
  line = 1
  #next: Next = 'array'

  split(bytes: Uint8Array, from: number, to: number, isLast: boolean): number {
    this.starts = []
    this.ends = []
    this.lines = []
    let at = from
    while (at < to && this.starts.length < documentsAtOnce && this.problem === undefined) {
      const byte = bytes[at]!
      if (isSpace(byte)) {
        if (byte === lineFeed) this.line++
        at++
      } else if (byte === openBrace && this.#next.startsWith('element')) {
        const end = endOfObject(bytes, at, to)
        if (end === -1) {
          if (isLast) this.#refuse('an object is not closed')
          return at
        }
        this.#found(bytes, at, end)
        at = end
      } else if (!this.#step(byte)) {
        this.#refuse(expectations[this.#next])
      } else at++
    }
    if (isLast && at === to && this.#next !== 'nothing' && this.problem === undefined)
      this.#refuse(this.#next === 'array' ? expectations.array : 'the array is not closed')
    return at
  }

  #found(bytes: Uint8Array, from: number, to: number): void {
    this.starts.push(from)
    this.ends.push(to)
    this.lines.push(this.line)
    for (let at = from; at < to; at++) if (bytes[at] === lineFeed) this.line++
    this.#next = 'comma or end'
  }

  /** Takes what stands around elements. */
  #step(byte: number): boolean {
    const next = this.#next
    if (byte === openBracket && next === 'array') this.#next = 'element or end'
    else if (byte === closeBracket && next.endsWith('or end')) this.#next = 'nothing'
    else if (byte === comma && next === 'comma or end') this.#next = 'element'
    else return false
    return true
  }

  #refuse(message: string): void {
    this.problem = { code: 'INVALID_DATA', message, line: this.line }
  }
}

/** Where the object ends that begins with the first byte; −1 if it does not. */
function endOfObject(bytes: Uint8Array, from: number, to: number): number {
  let depth = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at]
    if (byte === quote) at = endOfText(bytes, at, to)
    else if (byte === openBrace) depth++
    else if (byte === closeBrace && --depth === 0) return at + 1
  }
  return -1
}

/** The place of the quote that ends the text which another begins, or the end of the bytes. */
function endOfText(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from + 1; at < to; at++) {
    if (bytes[at] === quote) return at
    if (bytes[at] === backslash) at++
  }
  return to
}
