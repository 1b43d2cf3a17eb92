import { isAscii, isUtf8 } from 'node:buffer'
import type { Buffer } from 'node:buffer'
import type { RecordReader } from '../bytes/records.js'
import { CsvScanner } from '../csv/scanner.js'
import type { Problem } from '../errors.js'
import { notUtf8, placeColumns } from '../rows/shape.js'
import type { NamedColumn } from '../types.js'
import { SpeltColumn } from './candidates.js'

/** Looks at the records of a CSV file, and gives how many of them there are. */
export class CsvInference implements RecordReader<number> {
  rows: number[] = []
  problem: Problem | undefined
  readonly #scanner: CsvScanner
  #names: readonly string[] | undefined
  #columns: readonly SpeltColumn[] = []
  readonly #header: boolean

  constructor(separator: string, header: boolean) {
    this.#scanner = new CsvScanner(separator)
    this.#header = header
  }

  get line(): number {
    return this.#scanner.line
  }

  read(bytes: Buffer, from: number, to: number, isLast: boolean): number {
    const scanner = this.#scanner
    this.rows = []
    const next = scanner.scan(bytes, from, to, isLast)
    this.problem = scanner.problem
    const region = bytes.subarray(from, next)
    if (scanner.count === 0) {
      if (isLast && this.#names === undefined)
        this.problem ??= { code: 'INVALID_DATA', message: 'there is no record' }
      return next
    }
    if (!isUtf8(region)) {
      this.problem = notUtf8(scanner.lines[0]!)
      return next
    }
    const isFirst = this.#names === undefined
    if (isFirst) this.#begin(bytes)
    if (!isFirst || !this.#header) {
      this.#look(bytes, from, next)
      this.rows = [scanner.count]
    }
    if (isFirst) scanner.expect(this.#columns.length)
    return next
  }

  #begin(bytes: Buffer): void {
    const { values, starts, ends, escaped } = this.#scanner
    const nameAt = (index: number) => {
      const name = bytes.toString('utf8', starts[index], ends[index])
      return escaped.includes(index) ? name.replaceAll('""', '"') : name
    }
    this.#names = Array.from({ length: values }, (_, index) =>
      this.#header ? nameAt(index) : `column${index + 1}`,
    )
    const placed = placeColumns({ columns: [], table: undefined }, this.#names)
    if ('code' in placed) this.problem = placed
    this.#columns = this.#names.map(() => new SpeltColumn(false))
  }

  #look(bytes: Buffer, from: number, to: number): void {
    const { count, starts, ends } = this.#scanner
    const piece = {
      bytes,
      text: bytes.toString('latin1', from, to),
      base: from,
      isAscii: isAscii(bytes.subarray(from, to)),
    }
    const width = this.#columns.length
    for (const [place, column] of this.#columns.entries()) {
      for (let index = place; index < count * width; index += width) {
        if (ends[index] === 0) column.isNullable = true
        else column.add(piece, starts[index]!, ends[index]!)
      }
    }
  }

  get columns(): readonly NamedColumn[] {
    return (this.#names ?? []).map((name, index) => {
      const column = this.#columns[index]!
      return { name, type: column.type, nullable: column.isNullable }
    })
  }
}
