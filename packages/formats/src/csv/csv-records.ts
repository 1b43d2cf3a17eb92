import { isAscii, isUtf8 } from 'node:buffer'
import type { Buffer } from 'node:buffer'
import type { RecordReader } from '../bytes/records.js'
import type { Problem } from '../errors.js'
import { compileRowMaker } from '../rows/make-rows.js'
import type { MakeRows } from '../rows/make-rows.js'
import { notUtf8, nullProblem, placeColumns, valueProblem } from '../rows/shape.js'
import type { PlacedColumn, Shape } from '../rows/shape.js'
import type { RowForm } from '../types.js'
import type { Piece, ReadValue } from '../values/piece.js'
import { CsvScanner } from './scanner.js'
import { isTooLarge, valueReader } from '../values/read.js'

type Row = Record<string, unknown>

const quote = 0x22

interface ReadColumn extends PlacedColumn {
  readonly read: ReadValue
  /** The values of the records at hand; used again and again. */
  readonly values: unknown[]
}

/**
 * Makes rows of CSV in three steps, each over some thousand records: where the values are, what those of one column after
 * the other are, and rows of them.
 */
export class CsvRecords implements RecordReader<Row> {
  rows: Row[] = []
  problem: Problem | undefined
  readonly #shape: Shape
  readonly #form: RowForm
  readonly #scanner: CsvScanner
  /** Undefined until the names of the columns are known. */
  #columns: readonly ReadColumn[] | undefined
  #width = 0
  #makeRows: MakeRows = () => []
  /** Rows that were read before those at hand. */
  #before = 0

  constructor(shape: Shape, form: RowForm, separator: string, header: boolean) {
    this.#shape = shape
    this.#form = form
    this.#scanner = new CsvScanner(separator)
    if (!header) this.#expect(shape.columns.map(({ name }) => name))
  }

  get line(): number {
    return this.#scanner.line
  }

  read(bytes: Buffer, from: number, to: number, isLast: boolean): number {
    this.rows = []
    const next = this.#scanner.scan(bytes, from, to, isLast)
    this.problem = this.#scanner.problem
    const isRead = this.#scanner.count > 0
    if (this.#columns === undefined) this.#readHeader(bytes, from, next, isLast)
    else if (isRead) this.#readRows(bytes, from, next, this.#columns)
    return next
  }

  #readHeader(bytes: Buffer, from: number, to: number, isLast: boolean): void {
    const { count, values, starts, ends } = this.#scanner
    if (count === 0) {
      if (isLast) this.problem ??= { code: 'INVALID_DATA', message: 'there is no header' }
      return
    }
    if (!isUtf8(bytes.subarray(from, to))) {
      this.problem = notUtf8(1)
      return
    }
    this.#unescape(bytes)
    const names = Array.from({ length: values }, (_, index) =>
      bytes.toString('utf8', starts[index], ends[index]),
    )
    this.#expect(names)
  }

  #expect(names: readonly string[]): void {
    const placed = placeColumns(this.#shape, names)
    if ('code' in placed) {
      this.problem = placed
      return
    }
    this.#scanner.expect(names.length)
    this.#width = names.length
    this.#columns = placed.map((column) => ({
      ...column,
      read: valueReader(column.column.type, this.#form),
      values: [],
    }))
    this.#makeRows = compileRowMaker(placed.map(({ column }) => column.name))
  }

  #readRows(bytes: Buffer, from: number, to: number, columns: readonly ReadColumn[]): void {
    let { count } = this.#scanner
    const region = bytes.subarray(from, to)
    if (!isUtf8(region)) count = this.#refuseBytes(bytes, from)
    this.#unescape(bytes)
    const piece = { bytes, text: bytes.toString('latin1', from, to), base: from, isAscii: isAscii(region) }
    for (const column of columns) count = this.#readColumn(column, piece, count)
    const values = columns.map((column) => column.values)
    this.rows = this.#makeRows(values, count)
    this.#before += count
  }

  /** Reads the values of one column; gives the number of records up to the first whose value is refused. */
  #readColumn({ column, place, read, values }: ReadColumn, piece: Piece, count: number): number {
    const { starts, ends } = this.#scanner
    const { nullable } = column
    const width = this.#width
    for (let record = 0, index = place; record < count; record++, index += width) {
      const end = ends[index]!
      if (end === 0) {
        if (!nullable) return this.#refuseNull(column.name, record)
        values[record] = null
        continue
      }
      const value = read(piece, starts[index]!, end)
      if (value === undefined) return this.#refuseValue(column, piece, record, index)
      values[record] = value
    }
    return count
  }

  #refuseNull(name: string, record: number): number {
    this.problem = nullProblem(this.#shape, name, this.#before + record, this.#scanner.lines[record])
    return record
  }

  #refuseValue(column: PlacedColumn['column'], piece: Piece, record: number, index: number): number {
    const { starts, ends, lines } = this.#scanner
    const isLarge = isTooLarge(column.type, piece, starts[index]!, ends[index]!)
    this.problem = valueProblem(this.#shape, column, this.#before + record, lines[record]!, isLarge)
    return record
  }

  /** Finds the first record that is not in UTF-8; gives the number of those before it. */
  #refuseBytes(bytes: Buffer, from: number): number {
    const { count, starts, lines } = this.#scanner
    let record = 0
    // Before the first value of a record is a line end, or its quote and that.
    const endOf = (index: number) => starts[(index + 1) * this.#width]! - 1
    for (let start = from; record < count - 1; record++) {
      if (!isUtf8(bytes.subarray(start, endOf(record)))) break
      start = endOf(record)
    }
    this.problem = notUtf8(lines[record]!)
    return record
  }

  /** Takes the second of two quotes out of values, where they are. */
  #unescape(bytes: Buffer): void {
    const { escaped, starts, ends } = this.#scanner
    for (const index of escaped) {
      const end = ends[index]!
      let to = bytes.indexOf(quote, starts[index]) + 1
      for (let at = to + 1; at < end; at++) {
        bytes[to++] = bytes[at]!
        if (bytes[at] === quote) at++
      }
      ends[index] = to
    }
  }
}
