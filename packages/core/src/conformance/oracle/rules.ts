import type { Expression, FunctionName } from '../../expression/types.js'
import type { AggregateFunction, Relation, WindowFunction } from '../../relation/types.js'
import { expressionsIn, nodesOf, partsOf } from '../generate/relation-tree.js'

/** The rules of docs/semantics.md that a query draws on: after shrinking these are few, and one of them is broken. */
export function rulesOf(relation: Relation): string[] {
  const rules = [...nodesOf(relation)].flatMap((node) => [
    ...rulesOfNode(node),
    ...expressionsIn(node).flatMap((expression) => [...partsOf(expression)].flatMap(rulesOfPart)),
  ])
  return [...new Set(rules.length === 0 ? ['ORDER-2', 'TYPE-11'] : rules)]
}

function rulesOfNode(node: Relation): readonly string[] {
  switch (node.node) {
    case 'scan':
    case 'project':
      return []
    case 'filter':
      return ['NULL-2']
    case 'sort':
      return ['NULL-1', 'ORDER-1', 'ORDER-2']
    case 'limit':
      return ['ORDER-3']
    case 'distinct':
      return ['NULL-6', 'ORDER-2']
    case 'join':
      return node.kind === 'left' ? ['ORDER-2', 'ORDER-5'] : ['ORDER-2']
    case 'aggregate':
      return ['NULL-6', 'AGG-1', ...node.aggregates.flatMap((column) => aggregateRules[column.function])]
    case 'window':
      return ['WIN-1', ...node.columns.flatMap((column) => windowRules[column.function])]
  }
}

function rulesOfPart(part: Expression): readonly string[] {
  return part.kind === 'call' ? functionRules[part.function] : []
}

const aggregateRules: Readonly<Record<AggregateFunction, readonly string[]>> = {
  count: ['NULL-6'],
  countDistinct: ['AGG-5'],
  sum: ['AGG-2', 'AGG-3'],
  average: ['AGG-4'],
  minimum: ['AGG-5'],
  maximum: ['AGG-5'],
  standardDeviation: ['AGG-6'],
  median: ['AGG-6'],
  quantile: ['AGG-6'],
  first: ['AGG-7'],
  last: ['AGG-7'],
}

const windowRules: Readonly<Record<WindowFunction, readonly string[]>> = {
  rowNumber: [],
  rank: [],
  denseRank: [],
  lag: ['WIN-3'],
  lead: ['WIN-3'],
  sum: ['WIN-2', 'AGG-2', 'AGG-3'],
  average: ['WIN-2', 'AGG-4'],
  minimum: ['WIN-2', 'AGG-5'],
  maximum: ['WIN-2', 'AGG-5'],
  count: ['WIN-2'],
}

const comparison = ['NULL-2', 'TEXT-1', 'TEXT-2', 'ORDER-1']
const arithmetic = ['NUM-1', 'NUM-5']

const functionRules: Readonly<Record<FunctionName, readonly string[]>> = {
  equal: comparison,
  notEqual: comparison,
  lessThan: comparison,
  lessOrEqual: comparison,
  greaterThan: comparison,
  greaterOrEqual: comparison,
  isDistinctFrom: ['NULL-3'],
  isNull: ['NULL-3'],
  in: ['NULL-4'],
  and: ['NULL-2'],
  or: ['NULL-2'],
  not: ['NULL-2'],
  startsWith: ['TEXT-3'],
  endsWith: ['TEXT-3'],
  contains: ['TEXT-3'],
  length: ['TEXT-5'],
  lower: ['TEXT-4'],
  upper: ['TEXT-4'],
  concat: ['TEXT-6'],
  substring: ['TEXT-5'],
  add: arithmetic,
  subtract: arithmetic,
  multiply: arithmetic,
  divide: ['NUM-2', 'NUM-5'],
  integerDivide: ['NUM-3'],
  modulo: ['NUM-3'],
  negate: arithmetic,
  absolute: arithmetic,
  coalesce: ['NULL-5'],
  case: ['NULL-5'],
  cast: ['NUM-4'],
  datePart: ['TIME-1'],
  truncate: ['TIME-2'],
  jsonPath: ['JSON-1'],
}

/** Every rule that a query can draw on. */
export const queryRules: readonly string[] = [
  ...new Set([
    'ORDER-1',
    'ORDER-2',
    'ORDER-3',
    'ORDER-5',
    'NULL-1',
    'NULL-6',
    'AGG-1',
    'WIN-1',
    ...[aggregateRules, windowRules, functionRules].flatMap((rules) => Object.values(rules).flat()),
  ]),
]
