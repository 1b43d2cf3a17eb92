import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { CsvForm, ErrorCode } from '@holdfast/core/backend'
import { open } from 'node:fs/promises'

/** A record is at most as long as this: the reader keeps it in memory. */
export const largestRecord = 32 * 1024 * 1024

const bytesAtOnce = 1024 * 1024

// What a byte can be.
const ordinary = 0
const separator = 1
const quote = 2
const lineFeed = 3
const carriageReturn = 4
const nul = 5
const blank = 6

// Where in a record the next byte is.
const valueStart = 0
const blanksAtStart = 1
const plainValue = 2
const quotedValue = 3
const afterQuote = 4
const afterReturn = 5

const byteOrderMark = [0xef, 0xbb, 0xbf]

/** What is wrong with a file, and where. */
interface Problem {
  readonly code: ErrorCode
  readonly message: string
}

/**
 * Looks at the bytes of a CSV file for what FILE-2 refuses and DuckDB's reader forgives: a separator too many at the end of
 * a record, white space around quotes, lone carriage returns, NUL. None of that can be seen in its rows any more.
 */
export class CsvStructure {
  readonly #kinds = new Uint8Array(256)
  readonly #columns: number
  #state = valueStart
  #line = 1
  /** Separators of the record so far, and whether it has anything at all. */
  #separators = 0
  #isEmpty = true
  #length = 0
  /** Records so far, the header among them. */
  records = 0
  #ending: typeof lineFeed | typeof carriageReturn | undefined
  /** The first line end inside quotes, if it stands before the first end of a record. */
  #quotedEnding: typeof lineFeed | typeof carriageReturn | 'alone' | undefined
  #afterQuotedReturn = false

  constructor({ separator: character }: CsvForm, columns: number) {
    this.#columns = columns
    const bytes = { '"': quote, '\n': lineFeed, '\r': carriageReturn, '\0': nul, ' ': blank, '\t': blank }
    for (const [byte, kind] of Object.entries(bytes)) this.#kinds[byte.charCodeAt(0)] = kind
    this.#kinds[character.charCodeAt(0)] = separator
  }

  /** Takes the next bytes; gives what is wrong with them. */
  take(bytes: Uint8Array): Problem | undefined {
    const kinds = this.#kinds
    let recordStart = -this.#length
    for (let index = 0; index < bytes.length; index++) {
      let kind = kinds[bytes[index]!]!
      if (this.#state === plainValue) {
        while (kind === ordinary && ++index < bytes.length) kind = kinds[bytes[index]!]!
        if (index === bytes.length) break
      }
      const problem = this.#step(kind)
      if (problem !== undefined) return this.#at(problem)
      if (kind !== lineFeed) continue
      this.#line++
      if (this.#state !== valueStart) continue
      if (index + 1 - recordStart > largestRecord) return this.#tooLong()
      recordStart = index + 1
    }
    this.#length = bytes.length - recordStart
    return this.#length > largestRecord ? this.#tooLong() : undefined
  }

  /** To be called at the end of the file. */
  end(): Problem | undefined {
    if (this.#state === quotedValue) return this.#at('a quote is not closed')
    if (this.#state === afterReturn) return this.#at('a carriage return stands without a line feed')
    const problem = this.#isEmpty ? undefined : this.#endRecord()
    return problem === undefined ? undefined : this.#at(problem)
  }

  #at(problem: string): Problem {
    return { code: 'INVALID_DATA', message: `line ${this.#line}: ${problem}` }
  }

  #tooLong(): Problem {
    return { ...this.#at('a record is longer than 32 MiB'), code: 'LIMIT_EXCEEDED' }
  }

  #step(kind: number): string | undefined {
    if (kind === nul) return 'there is a NUL'
    switch (this.#state) {
      case quotedValue:
        if (kind === quote) this.#state = afterQuote
        else this.#noteQuoted(kind)
        return undefined
      case afterReturn:
        return kind === lineFeed
          ? this.#endLine(carriageReturn)
          : 'a carriage return stands without a line feed'
      case afterQuote:
        if (kind === quote) {
          this.#state = quotedValue
          return undefined
        }
        if (kind === ordinary || kind === blank)
          return 'something stands between a closing quote and the separator'
        break
      case blanksAtStart:
        if (kind === quote) return 'white space stands before a quote'
        break
    }
    return this.#outside(kind)
  }

  #outside(kind: number): string | undefined {
    switch (kind) {
      case lineFeed:
        return this.#endLine(lineFeed)
      case carriageReturn:
        this.#state = afterReturn
        return undefined
      case separator:
        this.#separators++
        this.#isEmpty = false
        this.#state = valueStart
        return undefined
      case quote:
        this.#isEmpty = false
        // Inside a value that does not begin with one it is a character like others.
        if (this.#state === valueStart) this.#state = quotedValue
        return undefined
      default:
        this.#isEmpty = false
        this.#state = kind === blank && this.#state <= blanksAtStart ? blanksAtStart : plainValue
        return undefined
    }
  }

  #noteQuoted(kind: number): void {
    if (this.#quotedEnding === undefined) {
      if (kind === lineFeed) this.#quotedEnding = lineFeed
      if (kind === carriageReturn) this.#quotedEnding = 'alone'
    } else if (this.#quotedEnding === 'alone' && this.#afterQuotedReturn && kind === lineFeed) {
      this.#quotedEnding = carriageReturn
    }
    this.#afterQuotedReturn = kind === carriageReturn
  }

  #endLine(ending: typeof lineFeed | typeof carriageReturn): string | undefined {
    // DuckDB takes the first line end of a file for that of the records, and of one column their rests for records.
    const isFirst = this.#ending === undefined && this.#quotedEnding !== undefined
    if (isFirst && this.#columns === 1 && this.#quotedEnding !== ending)
      return 'the first line end, inside quotes, is of another kind than those of the records'
    this.#ending ??= ending
    if (this.#ending !== ending) return 'some lines end with a carriage return, and some do not'
    return this.#endRecord()
  }

  /** An empty line is no record but, where there is one column, a null. */
  #endRecord(): string | undefined {
    const found = this.#separators + 1
    const isRecord = !this.#isEmpty || this.#columns === 1
    const wrong = isRecord && found !== this.#columns
    if (isRecord) this.records++
    this.#separators = 0
    this.#isEmpty = true
    this.#state = valueStart
    return wrong ? `a record has ${found} values where there are ${this.#columns} columns` : undefined
  }
}

/**
 * Checks a whole file; gives the number of its records, the header among them.
 *
 * @throws HoldfastError `INVALID_DATA` and `LIMIT_EXCEEDED` with the line, `ABORTED`
 */
export async function checkCsvStructure(
  path: string,
  form: CsvForm,
  columns: number,
  signal?: AbortSignal,
): Promise<number> {
  const structure = new CsvStructure(form, columns)
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafe(bytesAtOnce)
    let isFirst = true
    for (;;) {
      throwIfAborted(signal)
      const { bytesRead } = await file.read(buffer, 0, bytesAtOnce, null)
      const bytes = buffer.subarray(isFirst ? markLength(buffer.subarray(0, bytesRead)) : 0, bytesRead)
      const problem = bytesRead === 0 ? structure.end() : structure.take(bytes)
      if (problem !== undefined) throw new HoldfastError(problem.code, `${path}, ${problem.message}.`)
      if (bytesRead === 0) return structure.records
      isFirst = false
    }
  } finally {
    await file.close()
  }
}

function markLength(bytes: Uint8Array): number {
  return byteOrderMark.every((byte, index) => bytes[index] === byte) ? byteOrderMark.length : 0
}
