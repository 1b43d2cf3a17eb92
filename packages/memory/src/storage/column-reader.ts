import { generateFunction, valueIdentity } from '@holdfast/core/backend'
import type { ColumnDefinition, Identity, StoredRow, StoredValue, TypeName } from '@holdfast/core/backend'
import { fieldOf } from './fields.js'
import type { Field } from './fields.js'

/** A column of a chunk as doubles. Null is NaN, which no column holds and which no comparison passes. */
export interface Numbers {
  readonly values: Float64Array
  readonly hasNull: boolean
  /** Over the values that are not null; the least is greater than the greatest where there are none. */
  readonly least: number
  readonly greatest: number
}

/** A column of a chunk as places in a list of its different values, null among them. */
export interface Dictionary {
  readonly codes: Uint16Array
  readonly values: readonly StoredValue[]
  /** How many rows have each value. */
  readonly counts: Uint32Array
}

/** Types whose stored values are numbers. */
const numericTypes: ReadonlySet<TypeName> = new Set<TypeName>(['integer', 'double', 'timestamp'])

/** How one column of a table is read out of its rows. */
export class ColumnReader {
  readonly name: string
  /** Of the column in the table. */
  readonly position: number
  readonly field: Field
  /** Whether the stored values are numbers. */
  readonly numeric: boolean
  readonly #identityOf: (value: StoredValue) => Identity
  readonly #copyNumbers: (rows: readonly StoredRow[], values: Float64Array) => void

  constructor({ name, type }: ColumnDefinition, position: number) {
    this.name = name
    this.position = position
    this.field = fieldOf(name)
    this.numeric = numericTypes.has(type.name) && !(type.name === 'timestamp' && type.unit === 'us')
    this.#identityOf = valueIdentity(type)
    this.#copyNumbers = compileCopy(name)
  }

  readNumbers(rows: readonly StoredRow[]): Numbers {
    const values = new Float64Array(rows.length)
    this.#copyNumbers(rows, values)
    let hasNull = false
    let least = Infinity
    let greatest = -Infinity
    for (const value of values) {
      if (value < least) least = value
      if (value > greatest) greatest = value
      if (value !== value) hasNull = true
    }
    return { values, hasNull, least, greatest }
  }

  /** Undefined when there are more different values than `most`. */
  readDictionary(rows: readonly StoredRow[], most: number): Dictionary | undefined {
    const { field } = this
    const codes = new Uint16Array(rows.length)
    const values: StoredValue[] = []
    const known = new Map<Identity, number>()
    for (let position = 0; position < rows.length; position++) {
      const value = field(rows[position]!)
      const identity = this.#identityOf(value)
      let code = known.get(identity)
      if (code === undefined) {
        if (values.length >= most) return undefined
        code = values.push(value) - 1
        known.set(identity, code)
      }
      codes[position] = code
    }
    return { codes, values, counts: countCodes(codes, values.length) }
  }
}

/** How many of the codes are 0, 1, 2 and so on. */
export function countCodes(codes: Uint16Array, size: number): Uint32Array {
  const counts = new Uint32Array(size)
  for (let place = 0; place < codes.length; place++) counts[codes[place]!]!++
  return counts
}

function compileCopy(name: string): (rows: readonly StoredRow[], values: Float64Array) => void {
  const field = `rows[position][${JSON.stringify(name)}]`
  const body = `for (let position = 0; position < values.length; position++) {
    const value = ${field}
    values[position] = value === null ? NaN : value
  }`
  return (
    generateFunction<(rows: readonly StoredRow[], values: Float64Array) => void>(['rows', 'values'], body) ??
    ((rows, values) => {
      for (let position = 0; position < values.length; position++) {
        values[position] = (rows[position]![name] as number | null) ?? NaN
      }
    })
  )
}
