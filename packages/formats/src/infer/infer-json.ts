import { isStored } from '@holdfast/core/backend'
import type { LogicalType } from '@holdfast/core/backend'
import { Buffer, isUtf8 } from 'node:buffer'
import { largestRecord } from '../bytes/records.js'
import type { RecordReader } from '../bytes/records.js'
import { shown } from '../errors.js'
import type { Problem } from '../errors.js'
import type { Splitter } from '../json/splitter.js'
import { notUtf8, tooLong } from '../rows/shape.js'
import type { NamedColumn } from '../types.js'
import { documentOf, parse } from '../values/document.js'
import { isEqualNumber, SpeltColumn } from './candidates.js'

/** The kinds of values that a member has had. */
class MemberColumn {
  /** How many objects have it, null or not. */
  count = 0
  isNullable = false
  readonly #kinds = new Set<'boolean' | 'integer' | 'double' | 'text' | 'json'>()
  readonly #texts = new SpeltColumn(true)

  add(value: unknown): void {
    this.count++
    if (value === null) {
      this.isNullable = true
      return
    }
    if (typeof value === 'boolean') this.#kinds.add('boolean')
    else if (typeof value === 'number') this.#kinds.add(Number.isSafeInteger(value) ? 'integer' : 'double')
    else if (typeof value === 'string') this.#addText(value)
    else this.#kinds.add('json')
  }

  #addText(value: string): void {
    this.#kinds.add('text')
    const isAscii = /^[\0-\x7f]*$/.test(value)
    // What is not in ASCII, or long, is nothing but a text.
    const bytes = isAscii && value.length <= 40 ? Buffer.from(value, 'latin1') : Buffer.from('-')
    this.#texts.add({ bytes, text: bytes.toString('latin1'), base: 0, isAscii: true }, 0, bytes.length)
  }

  get type(): LogicalType {
    const kinds = [...this.#kinds]
    if (kinds.length === 0) return { name: 'text' }
    if (kinds.every((kind) => kind === 'integer' || kind === 'double'))
      return { name: kinds.includes('double') ? 'double' : 'integer' }
    const [kind] = kinds
    if (kinds.length > 1) return { name: 'json' }
    return kind === 'text' ? this.#texts.type : { name: kind! }
  }
}

/** Looks at the objects of a JSON file, and gives how many of them there are. */
export class JsonInference implements RecordReader<number> {
  rows: number[] = []
  problem: Problem | undefined
  readonly #splitter: Splitter
  readonly #columns = new Map<string, MemberColumn>()
  #count = 0

  constructor(splitter: Splitter) {
    this.#splitter = splitter
  }

  get line(): number {
    return this.#splitter.line
  }

  read(bytes: Buffer, from: number, to: number, isLast: boolean): number {
    const next = this.#splitter.split(bytes, from, to, isLast)
    const { starts, ends, lines } = this.#splitter
    this.problem = this.#splitter.problem
    this.rows = []
    for (const [index, start] of starts.entries()) {
      const problem = this.#look(bytes.subarray(start, ends[index]), lines[index]!)
      if (problem !== undefined) {
        this.problem = problem
        return next
      }
    }
    if (starts.length > 0) this.rows = [starts.length]
    return next
  }

  #look(json: Buffer, line: number): Problem | undefined {
    if (json.length > largestRecord) return tooLong(line, largestRecord)
    if (!isUtf8(json)) return notUtf8(line)
    const refuse = (message: string): Problem => ({ code: 'INVALID_DATA', message, line })
    const text = json.toString('utf8')
    let row: unknown
    try {
      row = parse(text)
    } catch {
      return refuse('this is no JSON')
    }
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      return refuse('a row must be an object')
    for (const [name, value] of Object.entries(row)) {
      if (!isReadable(value) || (isLarge(value) && !areWhole(text)))
        return refuse(`no type holds the value of ${shown(name)} as it is written`)
      let column = this.#columns.get(name)
      if (column === undefined) this.#columns.set(name, (column = new MemberColumn()))
      column.add(value)
    }
    this.#count++
    return undefined
  }

  get columns(): readonly NamedColumn[] {
    return [...this.#columns].map(([name, column]) => ({
      name,
      type: column.type,
      nullable: column.isNullable || column.count < this.#count,
    }))
  }
}

function isReadable(value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'string') return isStored({ name: 'text' }, value)
  if (typeof value === 'number') return Number.isFinite(value)
  try {
    documentOf(value, 'stored')
    return true
  } catch {
    return false
  }
}

/** Whether digits of a number may be gone by now. */
function isLarge(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value)
}

/** Whether all digits of the numbers in a document are held by what was read. */
function areWhole(json: string): boolean {
  let isWhole = true
  JSON.parse(json, (_name, value: unknown, context?: { readonly source?: string }) => {
    if (isLarge(value) && !isEqualNumber(String(value), context?.source ?? '')) isWhole = false
    return value
  })
  return isWhole
}
