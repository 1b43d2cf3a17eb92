import { conjuncts, sizeOf, substitute } from '@holdfast/core/backend'
import type {
  AggregateColumn,
  AggregateNode,
  Expression,
  LimitNode,
  NamedExpression,
  ProjectNode,
  Relation,
  ScanNode,
  SortTerm,
} from '@holdfast/core/backend'

/**
 * What this engine runs by itself: rows of one table, chosen, ordered, cut and computed, or their groups. All expressions
 * are over the columns of the table, but for the outputs of groups.
 */
export interface Shape {
  readonly scan: ScanNode
  readonly conditions: readonly Expression[]
  readonly order: readonly SortTerm[]
  readonly limit?: LimitNode
  readonly groups?: Groups
  /** Over the table's columns or, where there are groups, over theirs. */
  readonly outputs: readonly NamedExpression[]
}

export interface Groups {
  readonly groups: readonly NamedExpression[]
  readonly aggregates: readonly AggregateColumn[]
}

/** Beyond this, columns that are computed from computed columns are left to core. */
const mostNodes = 2_000

/** The shape of a relation; undefined if it is none that this engine runs. */
export function shapeOf(relation: Relation): Shape | undefined {
  if (relation.node === 'scan') return scanShape(relation)
  if (relation.node === 'join') return undefined
  const input = shapeOf(relation.input)
  if (input === undefined) return undefined
  if (relation.node === 'project') return projectShape(input, relation)
  if (input.limit !== undefined || input.groups !== undefined) return undefined
  switch (relation.node) {
    case 'filter': {
      const condition = meaning(relation.condition, input)
      return condition && { ...input, conditions: [...input.conditions, ...conjuncts(condition)] }
    }
    case 'sort': {
      const terms = meanings(relation.terms, input)
      // A sort keeps the order of its input where its own terms are equal.
      return terms && { ...input, order: [...terms, ...input.order] }
    }
    case 'limit':
      return { ...input, limit: relation }
    case 'aggregate':
      return groupShape(input, relation)
    case 'distinct':
    case 'window':
      return undefined
  }
}

function scanShape(scan: ScanNode): Shape {
  return { scan, conditions: [], order: [], outputs: scan.table.columns.map(({ name }) => reference(name)) }
}

function projectShape(input: Shape, { columns }: ProjectNode): Shape | undefined {
  const outputs = meanings(columns, input)
  return outputs && { ...input, outputs }
}

function groupShape(input: Shape, node: AggregateNode): Shape | undefined {
  const groups = meanings(node.groups, input)
  const aggregates = node.aggregates.map((aggregate) => aggregateMeaning(aggregate, input))
  if (groups === undefined || !aggregates.every((aggregate) => aggregate !== undefined)) return undefined
  const outputs = [...groups, ...aggregates].map(({ name }) => reference(name))
  return { ...input, groups: { groups, aggregates }, outputs }
}

function aggregateMeaning(aggregate: AggregateColumn, input: Shape): AggregateColumn | undefined {
  const argument = aggregate.argument && meaning(aggregate.argument, input)
  const orderBy = aggregate.orderBy && meanings(aggregate.orderBy, input)
  const understood = (argument || !aggregate.argument) && (orderBy || !aggregate.orderBy)
  return understood ? { ...aggregate, ...(argument && { argument }), ...(orderBy && { orderBy }) } : undefined
}

/** Parts of a node with their expressions over what the outputs of its input are made of. */
function meanings<Part extends { readonly expression: Expression }>(
  parts: readonly Part[],
  input: Shape,
): Part[] | undefined {
  const understood: Part[] = []
  for (const part of parts) {
    const expression = meaning(part.expression, input)
    if (expression === undefined) return undefined
    understood.push({ ...part, expression })
  }
  return understood
}

function meaning(expression: Expression, { outputs }: Shape): Expression | undefined {
  const sizes = new Map(outputs.map((output) => [output.name, sizeOf(output.expression)]))
  if (sizeOf(expression, sizes) > mostNodes) return undefined
  return substitute(expression, new Map(outputs.map((output) => [output.name, output.expression])))
}

function reference(name: string): NamedExpression {
  return { name, expression: { kind: 'column', name } }
}
