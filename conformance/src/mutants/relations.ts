import type { Call, Expression, Relation } from '@holdfast/core/backend'

/** The relation with every node changed, from the leaves up. */
export function mapNodes(relation: Relation, change: (relation: Relation) => Relation): Relation {
  if (relation.node === 'scan') return change(relation)
  if (relation.node === 'join') {
    const { left, right } = relation
    return change({ ...relation, left: mapNodes(left, change), right: mapNodes(right, change) })
  }
  return change({ ...relation, input: mapNodes(relation.input, change) })
}

/** The relation with every node of one kind changed. */
export function changing<Kind extends Relation['node']>(
  kind: Kind,
  change: (node: Extract<Relation, { readonly node: Kind }>) => Relation,
): (relation: Relation) => Relation {
  return (relation) =>
    relation.node === kind ? change(relation as Extract<Relation, { readonly node: Kind }>) : relation
}

/** The node with every call in its own expressions changed, from the arguments up. */
export function changingCalls(change: (call: Call) => Expression): (relation: Relation) => Relation {
  return (relation) => mapCalls(relation, change) as Relation
}

/** What belongs to other nodes, or is no expression. */
const skipped = new Set(['input', 'left', 'right', 'table'])

function mapCalls(value: unknown, change: (call: Call) => Expression): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map((item) => mapCalls(item, change))
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => [
      key,
      skipped.has(key) ? member : mapCalls(member, change),
    ]),
  ) as object
  return 'kind' in copy && copy.kind === 'call' ? change(copy as Call) : copy
}

/** Every node, from the root down. */
export function nodesOf(relation: Relation): readonly Relation[] {
  switch (relation.node) {
    case 'scan':
      return [relation]
    case 'join':
      return [relation, ...nodesOf(relation.left), ...nodesOf(relation.right)]
    default:
      return [relation, ...nodesOf(relation.input)]
  }
}

export function callOf(name: Call['function'], ...operands: Expression[]): Call {
  return { kind: 'call', function: name, arguments: operands }
}

/** Calls of one function become calls of another. */
export function swap(from: Call['function'], to: Call['function']): (relation: Relation) => Relation {
  return changingCalls((call) => (call.function === from ? { ...call, function: to } : call))
}

/** Calls of one function are changed. */
export function rewriting(
  name: Call['function'],
  change: (call: Call) => Expression,
): (relation: Relation) => Relation {
  return changingCalls((call) => (call.function === name ? change(call) : call))
}
