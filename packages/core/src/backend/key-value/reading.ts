import { Buffer } from 'node:buffer'
import { conjuncts } from '../../expression/node.js'
import type { Call, Expression, Parameter } from '../../expression/types.js'
import type { LimitNode, Relation } from '../../relation/types.js'
import type { Key, StoredValue, TableDefinition } from '../../schema/types.js'
import type { Parameters } from '../types.js'
import type { KeyRange } from './store.js'
import type { KeyValueTable } from './table.js'

/** What an ordered store does by itself: it reads a part of a table in key order, or counts its rows. */
export interface KeyReading {
  readonly table: TableDefinition
  /** Those that the rows are to have. */
  readonly columns: readonly string[]
  /** Comparisons of columns with parameters. `rangeOf` makes those of key columns a range. */
  readonly bounds: readonly Call[]
  /**
   * Whether the range holds only rows that pass all bounds, as it does where they are all of the key, columns at the beginning of it
   * are given and at most the next one is limited. Else a filter is to be taken as `superset`.
   */
  readonly exact: boolean
  /** Whether the rows are asked for from the last key to the first. */
  readonly descending: boolean
  /** `limitRange` says which of the rows it keeps. */
  readonly limit?: LimitNode
  /** Present where only the number of rows is asked for: the columns of the one row that is to hold it. */
  readonly counts?: readonly string[]
}

/**
 * What a relation reads, or undefined where it is more than a part of a table in key order: for `Engine.takes` and `run` of an
 * engine over an ordered store. It knows comparisons of key columns with values, the order of the key in both directions,
 * limits, columns and `count()`. A key of one column that is given is left to core, which reads it by `get`.
 *
 * @param compared which comparisons with values it takes for bounds: of key columns, or of all columns, for stores that know what lies
 * between which values without reading it
 */
export function keyReadingOf(relation: Relation, compared: 'key' | 'all' = 'key'): KeyReading | undefined {
  if (relation.node === 'scan') {
    const { table } = relation
    const columns = table.columns.map(({ name }) => name)
    return { table, columns, bounds: [], exact: true, descending: false }
  }
  const input = relation.node === 'join' ? undefined : keyReadingOf(relation.input, compared)
  return input === undefined || input.counts !== undefined ? undefined : over(input, relation, compared)
}

/** The reading with one more node over it. */
function over(input: KeyReading, relation: Relation, compared: 'key' | 'all'): KeyReading | undefined {
  const { table, limit } = input
  switch (relation.node) {
    case 'filter': {
      const conditions = conjuncts(relation.condition)
      const found = conditions.filter((condition): condition is Call => isBound(condition, table, compared))
      if (limit !== undefined || found.length < conditions.length) return undefined
      const bounds = [...input.bounds, ...found]
      return { ...input, bounds, exact: bounds.length === bySteps(table, bounds).flat().length }
    }
    case 'sort': {
      const { primaryKey } = table
      const { terms } = relation
      const descending = terms[0]?.direction === 'descending'
      const byKey = terms.every(
        ({ expression, direction }, index) =>
          isColumn(expression, primaryKey[index]) && (direction === 'descending') === descending,
      )
      return limit === undefined && byKey && terms.length === primaryKey.length
        ? { ...input, descending }
        : undefined
    }
    case 'limit':
      return limit === undefined ? { ...input, limit: relation } : undefined
    case 'project':
      return relation.columns.every(({ name, expression }) => isColumn(expression, name))
        ? { ...input, columns: relation.columns.map(({ name }) => name) }
        : undefined
    case 'aggregate': {
      const { groups, aggregates } = relation
      const counted = aggregates.every((each) => each.function === 'count' && each.argument === undefined)
      return limit === undefined && counted && groups.length === 0
        ? { ...input, counts: aggregates.map(({ name }) => name) }
        : undefined
    }
    default:
      return undefined
  }
}

const comparisons: readonly string[] = ['lessThan', 'lessOrEqual', 'greaterThan', 'greaterOrEqual']

/** Whether a condition compares a column, of the key or any, with a parameter of its own type. */
function isBound(
  condition: Expression,
  { primaryKey, columns }: TableDefinition,
  compared: 'key' | 'all',
): boolean {
  if (condition.kind !== 'call') return false
  const [left, right] = condition.arguments
  const column = columns.find(
    ({ name }) => (compared === 'all' || primaryKey.includes(name)) && isColumn(left, name),
  )
  if (column === undefined || right?.kind !== 'parameter') return false
  const { type } = column
  if (type.name === 'decimal' && (right.type as typeof type).scale !== type.scale) return false
  if (comparisons.includes(condition.function)) return true
  const wholeKey = primaryKey.length === 1 && primaryKey[0] === column.name
  return condition.function === 'equal' && !wholeKey
}

/** The bounds that a range can keep: those of each key column in turn, as long as the columns before it are given. */
function bySteps({ primaryKey }: TableDefinition, bounds: readonly Call[]): readonly (readonly Call[])[] {
  const steps: (readonly Call[])[] = []
  for (const name of primaryKey) {
    const step = bounds.filter(({ arguments: [left] }) => isColumn(left, name))
    steps.push(step)
    if (!step.some(isEquality)) break
  }
  return steps
}

const isEquality = (bound: Call) => bound.function === 'equal'

function isColumn(expression: Expression | undefined, name: string | undefined): boolean {
  return expression?.kind === 'column' && expression.name === name
}

/** A place among the keys of a table: where those begin, or end, that begin with these values. */
export interface KeyBound {
  readonly key: Key
  /** Whether the keys that begin with these values are within. */
  readonly inclusive: boolean
  /** Whether it is the lower bound of a range, or the upper one. */
  readonly side: 'from' | 'to'
}

/** What the bounds of a reading say of the key, one by one. A value that is null is in no range. */
export function keyBoundsOf({ bounds, table }: KeyReading, parameters: Parameters): readonly KeyBound[] {
  const found: KeyBound[] = []
  const given: StoredValue[] = []
  for (const step of bySteps(table, bounds)) {
    for (const bound of step) {
      const { function: comparison } = bound
      const key = [...given, valueOf(bound, parameters)]
      const inclusive = comparison !== 'greaterThan' && comparison !== 'lessThan'
      if (comparison !== 'lessThan' && comparison !== 'lessOrEqual')
        found.push({ key, inclusive, side: 'from' })
      if (comparison !== 'greaterThan' && comparison !== 'greaterOrEqual')
        found.push({ key, inclusive, side: 'to' })
    }
    const equality = step.find(isEquality)
    if (equality !== undefined) given.push(valueOf(equality, parameters))
  }
  return found
}

/** The part of the table within the bounds of a reading. It may end before it begins, which is no part. */
export function rangeOf(reading: KeyReading, table: KeyValueTable, parameters: Parameters): KeyRange {
  let { from, to } = table.rows
  for (const { key, inclusive, side } of keyBoundsOf(reading, parameters)) {
    const equal = table.rowsUnder(key)
    if (side === 'from') from = later(from, inclusive ? equal.from : equal.to)
    else to = earlier(to, inclusive ? equal.to : equal.from)
  }
  return { from, to }
}

function valueOf({ arguments: [, operand] }: Call, parameters: Parameters): StoredValue {
  return parameters[(operand as Parameter).index] as StoredValue
}

function later(left: Uint8Array, right: Uint8Array): Uint8Array {
  return Buffer.compare(left, right) < 0 ? right : left
}

function earlier(left: Uint8Array, right: Uint8Array): Uint8Array {
  return Buffer.compare(left, right) < 0 ? left : right
}
