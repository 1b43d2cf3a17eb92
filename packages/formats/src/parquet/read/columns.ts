import { definitionFromJson, didYouMean, HoldfastError } from '@holdfast/core/backend'
import type { LogicalType } from '@holdfast/core/backend'
import { shown } from '../../errors.js'
import type { NamedColumn } from '../../types.js'
import { Damage } from '../format/damage.js'
import type { FileColumn, Footer } from '../format/footer.js'
import { typesKey } from '../format/seal.js'
import type { ParquetColumn } from '../types.js'
import type { ReadColumn } from './column-reader.js'
import { conversionOf, nativeOf, typeOfLeaf } from './conversions.js'

/** The columns of a file, and as what they are read. */
export class Columns {
  readonly described: readonly ParquetColumn[]
  readonly #file: string
  readonly #readable = new Map<string, ReadColumn>()

  /**
   * @param wanted as what columns are to be read
   * @throws HoldfastError `SCHEMA_MISMATCH` where one of these is not there or cannot be read so
   * @throws Damage
   */
  constructor(file: string, { columns, metadata, isSealed }: Footer, wanted: readonly NamedColumn[]) {
    this.#file = file
    const stated = statedColumns(metadata[typesKey])
    const names = columns.map(({ name }) => name)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) throw new Damage(`it has the column ${shown(twice)} twice`)
    const missing = wanted.find(({ name }) => !names.includes(name))
    if (missing !== undefined)
      throw this.mismatch(missing.name, `is missing${didYouMean(missing.name, names)}`)
    this.described = columns.map((column) => {
      const want = wanted.find(({ name }) => name === column.name)
      return this.#describe(column, want, stated.get(column.name), isSealed)
    })
  }

  /** The columns that can be read. */
  get names(): readonly string[] {
    return [...this.#readable.keys()]
  }

  /** @throws HoldfastError `UNKNOWN_COLUMN`, or `SCHEMA_MISMATCH` for a column that no type of ours holds */
  get(name: string): ReadColumn {
    const column = this.#readable.get(name)
    if (column !== undefined) return column
    const found = this.described.find((candidate) => candidate.name === name)
    if (found !== undefined) throw this.mismatch(name, unreadable(found.native))
    const names = this.described.map((candidate) => candidate.name)
    const message = `${this.#file} has no column ${shown(name)}${didYouMean(name, names)}`
    throw new HoldfastError('UNKNOWN_COLUMN', message, { column: name })
  }

  mismatch(column: string, problem: string): HoldfastError {
    const message = `${this.#file}: the column ${shown(column)} ${problem}.`
    return new HoldfastError('SCHEMA_MISMATCH', message, { column })
  }

  #describe(
    { name, leaf }: FileColumn,
    want: NamedColumn | undefined,
    stated: NamedColumn | undefined,
    isSealed: boolean,
  ): ParquetColumn {
    if (leaf === undefined) {
      if (want !== undefined) throw this.mismatch(name, unreadable('nested'))
      return { name, native: 'nested', nullable: true }
    }
    const native = nativeOf(leaf)
    const isCanonical = isSealed && stated?.type.name === 'json'
    const conversion = (type: LogicalType) => conversionOf(leaf, type, isCanonical)
    // What the file states of itself may not be so: then its columns are what their own types say.
    const type = want?.type ?? (stated && conversion(stated.type) ? stated.type : typeOfLeaf(leaf))
    const make = type && conversion(type)
    const nullable = want?.nullable ?? leaf.isOptional
    if (type !== undefined && make !== undefined) {
      this.#readable.set(name, { name, leaf, type, nullable, make })
      return { name, type, native, nullable }
    }
    if (want === undefined) return { name, native, nullable }
    const problem = `is of the type ${native}, which cannot be read exactly as ${want.type.name}`
    throw this.mismatch(name, `${problem}. State it as what it is, or cast it where the file is written`)
  }
}

function unreadable(native: string): string {
  return native === 'nested'
    ? 'holds lists or structures, for which there is no type. Leave it out, or write it as JSON'
    : `is of the type ${native}, which no type holds exactly. Leave it out, or cast it where the file is written`
}

function statedColumns(written: string | undefined): ReadonlyMap<string, NamedColumn> {
  try {
    const { columns } = definitionFromJson(JSON.parse(written ?? '{}'))
    return new Map(columns.map((column) => [column.name, column]))
  } catch {
    // Not said, or not by us.
    return new Map()
  }
}
