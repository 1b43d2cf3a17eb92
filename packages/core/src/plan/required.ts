import { inputsOf } from '../evaluate/evaluate.js'
import type { InnerNode } from '../evaluate/evaluate.js'
import { columnsOf } from '../relation/columns-of.js'
import type { Relation } from '../relation/types.js'
import { columnsRead, partsOf } from './expressions.js'

/** The columns that a node must get from each of its inputs so that it can give `required` itself. */
export function requiredOfInputs(
  node: InnerNode,
  required: ReadonlySet<string>,
): readonly ReadonlySet<string>[] {
  switch (node.node) {
    case 'filter':
      return [required.union(columnsRead([node.condition]))]
    case 'project':
      return [columnsRead(node.columns.map(({ expression }) => expression))]
    case 'aggregate':
      return [
        columnsRead([
          ...node.groups.map(({ expression }) => expression),
          ...node.aggregates.flatMap(partsOf),
        ]),
      ]
    case 'sort':
      return [required.union(columnsRead(node.terms.map(({ expression }) => expression)))]
    case 'limit':
      return [required]
    case 'distinct':
      return [new Set(columnsOf(node.input).keys())]
    case 'window': {
      const own = new Set(node.columns.map(({ name }) => name))
      return [required.difference(own).union(columnsRead(node.columns.flatMap(partsOf)))]
    }
    case 'join': {
      const all = required.union(columnsRead([node.condition]))
      return [node.left, node.right].map((side) => all.intersection(new Set(columnsOf(side).keys())))
    }
  }
}

/** The same answer from projections that hold only what is required above them. */
export function narrowed(
  relation: Relation,
  required: ReadonlySet<string> = new Set(columnsOf(relation).keys()),
): Relation {
  if (relation.node === 'scan') return relation
  const node = relation.node === 'project' ? narrowProject(relation, required) : relation
  const needs = requiredOfInputs(node, required)
  return withInputs(
    node,
    inputsOf(node).map((input, index) => narrowed(input, needs[index])),
  )
}

function narrowProject<Node extends Extract<Relation, { node: 'project' }>>(
  node: Node,
  required: ReadonlySet<string>,
): Node {
  const columns = node.columns.filter(({ name }) => required.has(name))
  return columns.length === node.columns.length
    ? node
    : // A projection keeps at least one column, so that its rows can be counted.
      { ...node, columns: columns.length === 0 ? node.columns.slice(0, 1) : columns }
}

/** The node over other inputs; the same object where they are the same. */
export function withInputs<Node extends InnerNode>(node: Node, inputs: readonly Relation[]): Node {
  if (inputsOf(node).every((input, index) => input === inputs[index])) return node
  const [input, right] = inputs
  return node.node === 'join' ? { ...node, left: input!, right: right! } : { ...node, input: input! }
}
