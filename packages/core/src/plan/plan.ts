import type { Relation, RelationColumns } from '../relation/types.js'

/** A relation cut into what engines run and what core does. Opaque to callers: see `execute` and `describePlan`. */
export type Plan = EnginePlan | CorePlan

/** A subtree that an engine runs. */
export interface EnginePlan {
  readonly by: 'engine'
  readonly database: string
  readonly relation: Relation
  readonly columns: RelationColumns
}

/** A node that core evaluates. */
export interface CorePlan {
  readonly by: 'core'
  readonly node: Relation
  readonly inputs: readonly Plan[]
  readonly columns: RelationColumns
}
