import { inputsOf } from '../evaluate/evaluate.js'
import type { InnerNode } from '../evaluate/evaluate.js'
import { relationToJson } from '../relation/json.js'
import type { Relation, ScanNode } from '../relation/types.js'
import type { EnginePart, Plan, PlanNode } from './plan.js'
import { withInputs } from './required.js'

/** A plan as plain JSON data, for people and tests: what each engine runs and what core does with it. */
export type PlanDescription =
  | { readonly by: 'engine'; readonly database: string; readonly relation: NodeDescription }
  | {
      readonly by: 'scan'
      readonly database: string
      readonly table: string
      readonly columns: readonly string[]
      /** Whether only the rows of stated keys are read. */
      readonly keys: boolean
    }
  | { readonly by: 'core'; readonly node: NodeDescription; readonly inputs: readonly PlanDescription[] }

/** A node with all that it says of itself; tables by their names. Inside an engine's part with its inputs. */
export interface NodeDescription {
  readonly node: Relation['node']
  readonly inputs?: readonly NodeDescription[]
  readonly [property: string]: unknown
}

/** Describes what a plan does. Values are parameters in it, so it tells no secret. */
export function describePlan(plan: Plan): PlanDescription {
  return describePart(plan.root)
}

function describePart(part: PlanNode): PlanDescription {
  switch (part.by) {
    case 'engine':
      return { by: 'engine', database: part.database, relation: describeRelation(part.relation) }
    case 'scan': {
      const { by, database, table, columns, keys } = part
      return { by, database, table: table.name, columns, keys: keys !== undefined }
    }
    case 'core':
      return { by: 'core', node: describeNode(part.node), inputs: part.inputs.map(describePart) }
  }
}

function describeRelation(relation: Relation): NodeDescription {
  return relation.node === 'scan'
    ? { ...relation, table: relation.table.name }
    : { ...describeNode(relation), inputs: inputsOf(relation).map(describeRelation) }
}

const leaf: ScanNode = {
  node: 'scan',
  database: '',
  table: { name: '', columns: [], primaryKey: [], indexes: [], checks: [] },
}

function describeNode(node: InnerNode): NodeDescription {
  const alone = relationToJson(
    withInputs(
      node,
      inputsOf(node).map(() => leaf),
    ),
  )
  const inputs = new Set(['input', 'left', 'right'])
  const own = Object.entries(alone).filter(([property]) => !inputs.has(property))
  return Object.fromEntries(own) as unknown as NodeDescription
}

/** What engines run of a plan, from left to right: what `Engine.explain` is asked about. */
export function engineParts(plan: Plan): readonly EnginePart[] {
  const partsOf = (part: PlanNode): readonly EnginePart[] =>
    part.by === 'engine' ? [part] : part.by === 'core' ? part.inputs.flatMap(partsOf) : []
  return partsOf(plan.root)
}
