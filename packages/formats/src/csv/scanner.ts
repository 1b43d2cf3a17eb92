import { largestHeader, largestRecord } from '../bytes/records.js'
import type { Problem } from '../errors.js'
import { tooLong } from '../rows/shape.js'

const quote = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20
const tab = 0x09

// What a byte outside of quotes is. A quote is ordinary, but for the first byte of a value.
const ordinary = 0
const separates = 1
const feeds = 2
const returns = 3
const isNul = 4

/** Values of a record of which it is not known how many it should have, at most. */
const mostColumns = 10_000

/** So many values and records are looked for at a time at most; but one record in any case. */
const valuesAtOnce = 64 * 1024
const recordsAtOnce = 4096

const messages = {
  nul: 'there is a NUL',
  unclosed: 'a quote is not closed',
  afterQuote: 'something stands between a closing quote and the separator',
  beforeQuote: 'white space stands before a quote',
  loneReturn: 'a carriage return stands without a line feed',
  mixed: 'some lines end with a carriage return, and some do not',
  misleading: 'the first line end, inside quotes, is of another kind than those of the records',
} as const

/**
 * Finds where the values of records are, and refuses records that are not formed as FILE-2 has it. The value c of the
 * record r lies from `starts[r * columns + c]` to `ends[r * columns + c]`, without its quotes; the end of a null is 0.
 */
export class CsvScanner {
  starts = new Int32Array(mostColumns)
  ends = new Int32Array(mostColumns)
  /** The line in which each record begins. */
  lines = new Int32Array(1)
  /** How many records were found. */
  count = 0
  /** How many values the last record has. */
  values = 0
  /** Which values have `""` inside. */
  readonly escaped: number[] = []
  /** What is wrong with the record after those that were found. */
  problem: Problem | undefined
  /** The line in which the next record begins. */
  line = 1
  readonly #kinds = new Uint8Array(256)
  /** How many values each record must have; 0 as long as any number is right. */
  #columns = 0
  #room = 1
  /** How records end: with a line feed, or with a carriage return and a line feed. */
  #ending: number | undefined
  // Of the record that is looked at: line feeds in quotes, the first line end in quotes, and whether the last value in quotes has `""`.
  #quotedFeeds = 0
  #quotedBreak = -1
  #isEscaped = false

  constructor(separator: string) {
    this.#kinds[lineFeed] = feeds
    this.#kinds[carriageReturn] = returns
    this.#kinds[0] = isNul
    this.#kinds[separator.charCodeAt(0)] = separates
  }

  /** From now on each record must have so many values. Before that is said, one record is looked for at a time. */
  expect(columns: number): void {
    this.#columns = columns
    this.#room = Math.max(1, Math.min(recordsAtOnce, Math.floor(valuesAtOnce / columns)))
    this.starts = new Int32Array(this.#room * columns)
    this.ends = new Int32Array(this.#room * columns)
    this.lines = new Int32Array(this.#room)
  }

  /** Looks for whole records; says where the first one begins that is not whole or not right. Writes to `bytes[to]`. */
  scan(bytes: Uint8Array, from: number, to: number, isLast: boolean): number {
    this.count = 0
    this.escaped.length = 0
    // So that every loop over bytes ends by itself.
    bytes[to] = lineFeed
    let at = from
    while (at < to && this.count < this.#room) {
      const escaped = this.escaped.length
      const end = this.#record(bytes, at, to, isLast)
      if (end === at) {
        this.escaped.length = escaped
        break
      }
      at = end
    }
    return at
  }

  /** Takes one record, or an empty line; gives where it ends, which is where it begins if it is not whole or not right. */
  #record(bytes: Uint8Array, from: number, to: number, isLast: boolean): number {
    const { starts, ends } = this
    const kinds = this.#kinds
    const most = this.#columns || mostColumns
    const first = this.count * this.#columns
    this.#quotedFeeds = 0
    this.#quotedBreak = -1
    let value = first
    let at = from
    let kind: number
    for (;;) {
      if (value - first === most) return this.#refuse(from, `a record has more than ${most} values`)
      const start = at
      let byte = bytes[at]!
      if (byte === quote) {
        at = this.#closingQuote(bytes, start + 1, to)
        if (bytes[at] === 0) return this.#refuse(from, messages.nul)
        if (at >= to) return isLast ? this.#refuse(from, messages.unclosed) : from
        if (this.#isEscaped) this.escaped.push(value)
        starts[value] = start + 1
        ends[value] = at
        kind = kinds[bytes[++at]!]!
        if (kind === ordinary) return this.#refuse(from, messages.afterQuote)
      } else {
        while ((kind = kinds[byte]!) === ordinary) byte = bytes[++at]!
        starts[value] = start
        ends[value] = at === start ? 0 : at
        if (bytes[start]! <= space && at > start && hidesQuote(bytes, start, at))
          return this.#refuse(from, messages.beforeQuote)
      }
      value++
      if (kind !== separates) break
      at++
    }
    if (kind === isNul) return this.#refuse(from, messages.nul)
    if (at >= to - 1 && !isLast && (at === to || kind === returns)) return from
    if (kind === returns) {
      if (bytes[++at] !== lineFeed || at === to) return this.#refuse(from, messages.loneReturn)
    }
    if (at < to) {
      const problem = this.#ending === kind ? undefined : this.#endingProblem(bytes, kind, value - first)
      if (problem !== undefined) return this.#refuse(from, problem)
      at++
    }
    return this.#endRecord(bytes, from, at, first, value - first)
  }

  /** Where the quote is that ends a value; or a NUL, or the end of the bytes. */
  #closingQuote(bytes: Uint8Array, from: number, to: number): number {
    this.#isEscaped = false
    for (let at = from; ; at++) {
      let byte = bytes[at]!
      while (byte > quote) byte = bytes[++at]!
      switch (byte) {
        case quote:
          if (bytes[at + 1] !== quote || at + 1 === to) return at
          this.#isEscaped = true
          at++
          break
        case lineFeed:
          if (at === to) return at
          this.#quotedFeeds++
          if (this.#quotedBreak === -1) this.#quotedBreak = at
          break
        case carriageReturn:
          if (this.#quotedBreak === -1) this.#quotedBreak = at
          break
        case 0:
          return at
      }
    }
  }

  /** Whether a line may end like this. */
  #endingProblem(bytes: Uint8Array, ending: number, values: number): string | undefined {
    if (this.#ending !== undefined) return messages.mixed
    const quoted = this.#quotedBreak
    if (values === 1 && this.#columns <= 1 && quoted !== -1) {
      const isFeed = bytes[quoted] === lineFeed
      if (ending === feeds ? !isFeed : isFeed || bytes[quoted + 1] !== lineFeed) return messages.misleading
    }
    this.#ending = ending
    return undefined
  }

  #endRecord(bytes: Uint8Array, from: number, to: number, first: number, values: number): number {
    const columns = this.#columns
    // An empty line is no record, unless there is one column only.
    if (values > 1 || this.ends[first] !== 0 || columns <= 1) {
      const largest = columns === 0 ? largestHeader : largestRecord
      if (to - from > largest) return this.#stop(from, tooLong(this.line, largest))
      if (values !== columns && columns !== 0) return this.#refuse(from, ragged(values, columns))
      this.lines[this.count++] = this.line
      this.values = values
    }
    this.line += this.#quotedFeeds
    if (bytes[to - 1] === lineFeed) this.line++
    return to
  }

  #refuse(from: number, message: string): number {
    return this.#stop(from, { code: 'INVALID_DATA', message, line: this.line })
  }

  #stop(from: number, problem: Problem): number {
    this.problem = problem
    return from
  }
}

function hidesQuote(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from
  while (at < to && (bytes[at] === space || bytes[at] === tab)) at++
  return at < to && bytes[at] === quote
}

function ragged(values: number, columns: number): string {
  const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
  return `a record has ${many(values, 'value')} where there ${columns === 1 ? 'is' : 'are'} ${many(columns, 'column')}`
}
