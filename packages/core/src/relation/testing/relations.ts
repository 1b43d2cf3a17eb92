import fc from 'fast-check'
import { expressionFrom, material } from '../../expression/testing/expressions.js'
import type { Material } from '../../expression/testing/expressions.js'
import { sample } from '../../expression/testing/rows.js'
import { aggregateFunctions, typeOfAggregate, typeOfWindow, windowFunctions } from '../aggregates.js'
import type { Aggregate, Window } from '../aggregates.js'
import { columnsOf } from '../columns-of.js'
import type {
  AggregateColumn,
  NamedExpression,
  Relation,
  RelationColumns,
  ScanNode,
  SortTerm,
  WindowColumn,
} from '../types.js'

const direction = fc.constantFrom<SortTerm['direction'][]>('ascending', 'descending')
const nulls = fc.constantFrom<SortTerm['nulls'][]>('first', 'last')
const bound = fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined })

const step = fc.record({
  node: fc.constantFrom<Exclude<Relation['node'], 'scan'>[]>(
    'filter',
    'project',
    'aggregate',
    'sort',
    'limit',
    'distinct',
    'join',
    'window',
  ),
  kind: fc.constantFrom<('inner' | 'left')[]>('inner', 'left'),
  parts: fc.array(
    fc.record({
      material,
      direction,
      nulls,
      aggregate: fc.constantFrom(...aggregateFunctions),
      window: fc.constantFrom(...windowFunctions),
      fraction: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
      frame: fc.option(fc.record({ start: bound, end: bound }), { nil: undefined }),
      offset: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  groups: fc.nat({ max: 2 }),
  count: fc.option(fc.nat(), { nil: undefined }),
  offset: fc.nat(),
})

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never
type Part = Step['parts'][number]

export const scan: ScanNode = { node: 'scan', table: sample.definition, database: 'main' }

/** Well-typed relations over the sample table, of every node. */
export const relations: fc.Arbitrary<Relation> = fc
  .array(step, { maxLength: 5 })
  .map((steps) => steps.reduce((input: Relation, made, level) => nodeFrom(input, made, level), scan))

function nodeFrom(
  input: Relation,
  { node, kind, parts, groups, count, offset }: Step,
  level: number,
): Relation {
  const columns = columnsOf(input)
  const from = (made: Material) => expressionFrom(made, columns)
  const name = (index: number) => `column_${level}_${index}`
  const named = parts.map((part, index): NamedExpression => ({
    name: name(index),
    expression: from(part.material),
  }))
  switch (node) {
    case 'filter':
      return { node, input, condition: expressionFrom(parts[0]!.material, columns, 'boolean') }
    case 'project':
      return { node, input, columns: named }
    case 'aggregate': {
      const aggregates = parts.map((part, index) => ({
        name: `${name(index)}_value`,
        ...aggregateFrom(part, columns),
      }))
      return { node, input, groups: named.slice(0, groups), aggregates }
    }
    case 'sort':
      return { node, input, terms: parts.map((part) => termFrom(part, columns)) }
    case 'limit':
      return { node, input, ...(count === undefined ? {} : { count }), offset }
    case 'distinct':
      return { node, input }
    case 'join':
      return joinFrom(input, kind, parts[0]!.material, level)
    case 'window':
      return {
        node,
        input,
        columns: parts.map((part, index) => ({ name: name(index), ...windowFrom(part, columns) })),
      }
  }
}

function joinFrom(left: Relation, kind: 'inner' | 'left', made: Material, level: number): Relation {
  const right: Relation = {
    node: 'project',
    input: scan,
    columns: ['id', 'name', 'price'].map((name) => ({
      name: `${name}_${level}`,
      expression: { kind: 'column', name },
    })),
  }
  const columns: RelationColumns = new Map([...columnsOf(left), ...columnsOf(right)])
  return { node: 'join', kind, left, right, condition: expressionFrom(made, columns, 'boolean') }
}

function termFrom(part: Part, columns: RelationColumns): SortTerm {
  return { expression: expressionFrom(part.material, columns), direction: part.direction, nulls: part.nulls }
}

function aggregateFrom(part: Part, columns: RelationColumns): Omit<AggregateColumn, 'name'> {
  const called: Aggregate = {
    function: part.aggregate,
    argument: expressionFrom(part.material, columns),
    ...(part.aggregate === 'quantile' ? { fraction: part.fraction } : {}),
    ...(part.aggregate === 'first' || part.aggregate === 'last'
      ? { orderBy: [termFrom(part, columns)] }
      : {}),
  }
  return isAccepted(() => typeOfAggregate(called, columns)) ? called : { function: 'count' }
}

function windowFrom(
  { window, frame, offset, ...part }: Part,
  columns: RelationColumns,
): Omit<WindowColumn, 'name'> {
  const argument = expressionFrom(part.material, columns)
  const order = { partitionBy: [argument], orderBy: [termFrom({ window, frame, offset, ...part }, columns)] }
  const bounds = Object.fromEntries(Object.entries(frame ?? {}).filter(([, value]) => value !== undefined))
  const candidates: readonly Window[] = [
    { function: window, argument, ...order, ...(frame === undefined ? {} : { frame: bounds }) },
    { function: window, argument, ...order, ...(offset === undefined ? {} : { offset }) },
    { function: window, ...order },
  ]
  return (
    candidates.find((candidate) => isAccepted(() => typeOfWindow(candidate, columns))) ?? {
      function: 'rowNumber',
      ...order,
    }
  )
}

function isAccepted(check: () => unknown): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}
