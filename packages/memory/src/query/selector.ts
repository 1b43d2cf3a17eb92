import { columnsRead, compileExpression } from '@holdfast/core/backend'
import type {
  Call,
  Evaluate,
  Expression,
  Parameters,
  RelationColumns,
  StoredRow,
  StoredValue,
} from '@holdfast/core/backend'
import type { Chunk } from '../storage/chunk.js'
import type { ColumnReader } from '../storage/column-reader.js'
import { numberTest } from './number-tests.js'
import { pinOf } from './pins.js'

/**
 * Keeps of `count` positions in a chunk, which rise, those whose rows pass a condition: at the beginning of the same array
 * and rising. Returns how many.
 */
export type Selector = (chunk: Chunk, positions: Uint16Array, count: number, parameters: Parameters) => number

/** The columns of a table as types and as they are read. */
export interface TableColumns {
  readonly types: RelationColumns
  readonly readers: ReadonlyMap<string, ColumnReader>
}

interface Ranked {
  /** The lower, the sooner to be asked: by what it costs for a row. */
  readonly cost: number
  readonly select: Selector
}

/** Makes the selector of the rows that pass all conditions. */
export function compileSelector(conditions: readonly Expression[], columns: TableColumns): Selector {
  return all(conditions.map((condition) => compile(condition, columns))).select
}

function compile(condition: Expression, columns: TableColumns): Ranked {
  if (condition.kind === 'call') {
    const parts = () => condition.arguments.map((argument) => compile(argument, columns))
    if (condition.function === 'and') return all(parts())
    if (condition.function === 'or') return any(parts())
  }
  return onNumbers(condition, columns) ?? onNulls(condition, columns) ?? onValues(condition, columns)
}

function all(parts: readonly Ranked[]): Ranked {
  const cheapFirst = [...parts].sort((left, right) => left.cost - right.cost)
  const selectors = cheapFirst.map(({ select }) => select)
  return {
    cost: Math.max(0, ...parts.map(({ cost }) => cost)),
    select(chunk, positions, count, parameters) {
      let kept = count
      for (const select of selectors) if (kept > 0) kept = select(chunk, positions, kept, parameters)
      return kept
    },
  }
}

/** Each part is asked only of the rows that no part before it has let pass. */
function any(parts: readonly Ranked[]): Ranked {
  const selectors = parts.map(({ select }) => select)
  return {
    cost: 1 + Math.max(...parts.map(({ cost }) => cost)),
    select(chunk, positions, count, parameters) {
      const passed = new Uint8Array(chunk.rows.length)
      let open = positions.slice(0, count)
      for (const select of selectors) {
        const asked = open.slice()
        const kept = select(chunk, asked, asked.length, parameters)
        for (let index = 0; index < kept; index++) passed[asked[index]!] = 1
        if (kept > 0) open = open.filter((position) => passed[position] === 0)
      }
      return keep(positions, count, (position) => passed[position] === 1)
    },
  }
}

/** A comparison of a column of numbers with a constant. */
function onNumbers(condition: Expression, { readers }: TableColumns): Ranked | undefined {
  const pin = pinOf(condition)
  const reader = pin && readers.get(pin.column)
  if (pin === undefined || reader?.numeric !== true || pin.comparison === 'in') return undefined
  const test = numberTest(pin.comparison)
  const { constant } = pin
  return {
    cost: 1,
    select: (chunk, positions, count, parameters) =>
      test(chunk.numbers(reader), constant(parameters) as number, positions, count),
  }
}

/** Whether a column of numbers is null, or not. */
function onNulls(condition: Expression, { readers }: TableColumns): Ranked | undefined {
  const negated = isCall(condition, 'not')
  const inner = negated ? condition.arguments[0]! : condition
  const argument = isCall(inner, 'isNull') ? inner.arguments[0] : undefined
  const reader = argument?.kind === 'column' ? readers.get(argument.name) : undefined
  if (reader?.numeric !== true) return undefined
  return {
    cost: 1,
    select(chunk, positions, count) {
      const { values, hasNull } = chunk.numbers(reader)
      if (!hasNull) return negated ? count : 0
      return keep(positions, count, (position) => Number.isNaN(values[position]) !== negated)
    },
  }
}

function isCall(expression: Expression, name: Call['function']): expression is Call {
  return expression.kind === 'call' && expression.function === name
}

/** Any condition: asked once for each different value where it reads one column of few, else of each row. */
function onValues(condition: Expression, { types, readers }: TableColumns): Ranked {
  const evaluate = compileExpression<StoredRow>(condition, types, (name) => readers.get(name)!.field)
  const selectRows: Selector = (chunk, positions, count, parameters) =>
    keep(positions, count, (position) => evaluate(chunk.rows[position]!, parameters) === true)
  const names = columnsRead([condition])
  const [name] = names
  const reader = name === undefined ? undefined : readers.get(name)
  if (reader === undefined || reader.numeric || names.size > 1) return { cost: 3, select: selectRows }

  const ofValue = compileExpression<StoredValue>(condition, types, () => (value) => value)
  const selectCodes = codeSelector(reader, ofValue, selectRows)
  return { cost: 2, select: selectCodes }
}

function codeSelector(reader: ColumnReader, evaluate: Evaluate<StoredValue>, otherwise: Selector): Selector {
  return (chunk, positions, count, parameters) => {
    const dictionary = chunk.smallDictionary(reader)
    if (dictionary === undefined) return otherwise(chunk, positions, count, parameters)
    const { codes, values } = dictionary
    const passes = values.map((value) => evaluate(value, parameters) === true)
    if (!passes.includes(true)) return 0
    return passes.includes(false) ? keep(positions, count, (position) => passes[codes[position]!]!) : count
  }
}

function keep(positions: Uint16Array, count: number, passes: (position: number) => boolean): number {
  let kept = 0
  for (let index = 0; index < count; index++) {
    const position = positions[index]!
    if (passes(position)) positions[kept++] = position
  }
  return kept
}
