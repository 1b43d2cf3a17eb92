import { compileExpression, typeOfExpression, valueIdentity } from '@holdfast/core/backend'
import type { Identity, NamedExpression, Parameters, StoredRow, StoredValue } from '@holdfast/core/backend'
import { chunkRows } from '../storage/chunk.js'
import { countCodes } from '../storage/column-reader.js'
import type { Selected } from './selection.js'
import type { TableColumns } from './selector.js'

/** The selected rows of one chunk told apart by the values that they are grouped by. */
export interface Coded {
  /** For each selected row, in order, which of the chunk's groups it is in. */
  readonly codes: Uint16Array
  /** How many rows each group has. All codes are less than their number; some may have none. */
  readonly counts: Uint32Array
  /** The values of a group that has a row. */
  readonly valuesOf: (code: number) => readonly StoredValue[]
}

export type Coder = (selected: Selected, parameters: Parameters) => Coded

/** Compiles how rows are told apart by these values. */
export function compileCoder(groups: readonly NamedExpression[], columns: TableColumns): Coder {
  const coders = groups.map(({ expression }) =>
    expression.kind === 'column' ? columnCoder(expression.name, columns) : valueCoder(expression, columns),
  )
  const [first, ...others] = coders
  if (first === undefined) return alone
  if (others.length === 0) return first
  return (selected, parameters) => {
    const parts = coders.map((coder) => coder(selected, parameters))
    return parts.reduce((left, right) => combine(left, right, selected.count))
  }
}

const zeros = new Uint16Array(chunkRows)

/** Every row in the one group that there is. */
const alone: Coder = ({ count }) => ({
  codes: zeros.subarray(0, count),
  counts: Uint32Array.of(count),
  valuesOf: () => [],
})

function columnCoder(name: string, { readers }: TableColumns): Coder {
  const reader = readers.get(name)!
  return ({ chunk, positions, count }) => {
    const { codes, counts, values } = chunk.dictionary(reader)
    const valuesOf = (code: number) => [values[code]!]
    if (count === codes.length) return { codes, counts, valuesOf }
    const selected = new Uint16Array(count)
    for (let index = 0; index < count; index++) selected[index] = codes[positions[index]!]!
    return { codes: selected, counts: countCodes(selected, values.length), valuesOf }
  }
}

function valueCoder(expression: NamedExpression['expression'], { types, readers }: TableColumns): Coder {
  const evaluate = compileExpression<StoredRow>(expression, types, (name) => readers.get(name)!.field)
  const identityOf = valueIdentity(typeOfExpression(expression, types).type)
  return ({ chunk, positions, count }, parameters) => {
    const codes = new Uint16Array(count)
    const values: StoredValue[] = []
    const known = new Map<Identity, number>()
    for (let index = 0; index < count; index++) {
      const value = evaluate(chunk.rows[positions[index]!]!, parameters)
      const identity = identityOf(value)
      let code = known.get(identity)
      if (code === undefined) known.set(identity, (code = values.push(value) - 1))
      codes[index] = code
    }
    return { codes, counts: countCodes(codes, values.length), valuesOf: (code) => [values[code]!] }
  }
}

/** The most pairs for which a list is worth its space. */
const mostListed = 1 << 16

/** Pairs of groups, of which only those that have a row get a code. */
function combine(left: Coded, right: Coded, count: number): Coded {
  const codes = new Uint16Array(count)
  const samples: number[] = []
  const pairs = left.counts.length * right.counts.length
  const place = pairs <= mostListed ? listedPlaces(pairs) : mappedPlaces()
  for (let index = 0; index < count; index++) {
    const code = place(left.codes[index]! * right.counts.length + right.codes[index]!, samples.length)
    if (code === samples.length) samples.push(index)
    codes[index] = code
  }
  return {
    codes,
    counts: countCodes(codes, samples.length),
    valuesOf(code) {
      const sample = samples[code]!
      return [...left.valuesOf(left.codes[sample]!), ...right.valuesOf(right.codes[sample]!)]
    },
  }
}

/** Gives the code of a pair; `next` if it has none, which it keeps. */
type Place = (pair: number, next: number) => number

function listedPlaces(pairs: number): Place {
  // 0 where a pair has no code yet, else its code and 1.
  const places = new Uint16Array(pairs)
  return (pair, next) => {
    const place = places[pair]!
    if (place > 0) return place - 1
    places[pair] = next + 1
    return next
  }
}

function mappedPlaces(): Place {
  const places = new Map<number, number>()
  return (pair, next) => {
    const place = places.get(pair)
    if (place !== undefined) return place
    places.set(pair, next)
    return next
  }
}
