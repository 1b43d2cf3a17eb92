import { isAscii, isUtf8 } from 'node:buffer'
import type { Buffer } from 'node:buffer'
import type { RecordReader } from '../bytes/records.js'
import type { Problem } from '../errors.js'
import { largestRecord } from '../bytes/records.js'
import {
  mayLack,
  missingProblem,
  notUtf8,
  nullProblem,
  strangerProblem,
  tooLong,
  valueProblem,
} from '../rows/shape.js'
import type { Shape } from '../rows/shape.js'
import type { NamedColumn, RowForm } from '../types.js'
import { parse } from '../values/document.js'
import type { Splitter } from './splitter.js'
import { isTooLarge, jsonReader } from './values.js'
import type { FromJson } from './values.js'

type Row = Record<string, unknown>

interface JsonColumn {
  readonly column: NamedColumn
  readonly mayLack: boolean
  /** Whether every object has something of this name, which is no member of it. */
  readonly isInherited: boolean
  readonly read: FromJson
}

/** A row that cannot be read; its problem is known by then. */
class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message)
  }
}

/** Makes rows of JSON objects. */
export class JsonRecords implements RecordReader<Row> {
  rows: Row[] = []
  problem: Problem | undefined
  readonly #shape: Shape
  readonly #splitter: Splitter
  readonly #columns: readonly JsonColumn[]
  /** Rows that were read before those at hand. */
  #before = 0

  constructor(shape: Shape, form: RowForm, splitter: Splitter) {
    this.#shape = shape
    this.#splitter = splitter
    this.#columns = shape.columns.map((column) => ({
      column,
      mayLack: mayLack(shape, column.name),
      isInherited: column.name in Object.prototype,
      read: jsonReader(column.type, form),
    }))
  }

  get line(): number {
    return this.#splitter.line
  }

  read(bytes: Buffer, from: number, to: number, isLast: boolean): number {
    const next = this.#splitter.split(bytes, from, to, isLast)
    this.rows = []
    this.problem = this.#splitter.problem
    this.#readAll(bytes, from, next)
    this.#before += this.rows.length
    return next
  }

  #readAll(bytes: Buffer, from: number, to: number): void {
    const { starts, ends, lines } = this.#splitter
    if (starts.length === 0) return
    const region = bytes.subarray(from, to)
    const text = isAscii(region) ? bytes.toString('latin1', from, to) : undefined
    const isSound = text !== undefined || isUtf8(region)
    try {
      for (let index = 0; index < starts.length; index++) {
        const start = starts[index]!
        const end = ends[index]!
        const line = lines[index]!
        if (!isSound && !isUtf8(bytes.subarray(start, end))) throw new Refusal(notUtf8(line))
        if (end - start > largestRecord) throw new Refusal(tooLong(line, largestRecord))
        const json =
          text === undefined ? bytes.toString('utf8', start, end) : text.slice(start - from, end - from)
        this.rows.push(this.#row(json, line))
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.problem = error.problem
    }
  }

  /** The object that was parsed becomes the row, unless it has members that are no columns. */
  #row(json: string, line: number): Row {
    const row = parsed(json, line)
    let members = 0
    for (const { column, read, mayLack, isInherited } of this.#columns) {
      const { name } = column
      const isAbsent = isInherited && !Object.hasOwn(row, name)
      const given = isAbsent ? undefined : row[name]
      if (given === undefined && mayLack) continue
      members++
      if (given == null) {
        this.#acceptNull(column, given, line)
        assign(row, name, null)
        continue
      }
      const made = read(given)
      if (made === undefined) {
        const isLarge = isTooLarge(column.type, given)
        throw new Refusal(valueProblem(this.#shape, column, this.#index, line, isLarge))
      }
      if (made !== given) assign(row, name, made)
    }
    return members === Object.keys(row).length ? row : this.#withoutStrangers(row, line)
  }

  get #index(): number {
    return this.#before + this.rows.length
  }

  /** Of columns that were asked for, an absent value is a null. */
  #acceptNull({ name, nullable }: NamedColumn, given: null | undefined, line: number): void {
    if (nullable) return
    throw new Refusal(
      given === null
        ? nullProblem(this.#shape, name, this.#index, line)
        : missingProblem(this.#shape, name, this.#index, line),
    )
  }

  #withoutStrangers(row: Row, line: number): Row {
    for (const name of Object.keys(row)) {
      const problem = strangerProblem(this.#shape, name)
      if (problem !== undefined) throw new Refusal({ ...problem, line })
    }
    return Object.fromEntries(this.#columns.map(({ column: { name } }) => [name, row[name]]))
  }
}

/** By its name the prototype would be assigned. */
function assign(row: Row, name: string, value: unknown): void {
  if (name !== '__proto__') row[name] = value
  else Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true })
}

function parsed(json: string, line: number): Row {
  let value: unknown
  try {
    value = parse(json)
  } catch (cause) {
    throw new Refusal({ code: 'INVALID_DATA', message: 'this is no JSON', line, details: { cause } })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row
  throw new Refusal({ code: 'INVALID_DATA', message: 'a row must be an object', line })
}
