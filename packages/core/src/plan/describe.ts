import { HoldfastError } from '../backend/errors.js'
import type { Relation } from '../relation/types.js'
import type { Plan } from './plan.js'

/** A plan as plain JSON data, for people and tests. */
export type PlanDescription =
  | { readonly by: 'engine'; readonly database: string; readonly relation: unknown }
  | {
      readonly by: 'scan'
      readonly database: string
      readonly table: string
      readonly columns: readonly string[]
      /** Whether only the rows of stated keys are read. */
      readonly keys: boolean
    }
  | { readonly by: 'core'; readonly node: unknown; readonly inputs: readonly PlanDescription[] }

export function describePlan(_plan: Plan): PlanDescription {
  throw new HoldfastError('INTERNAL', 'not there yet')
}

/** The relations that engines run, from left to right: what `Engine.explain` is asked about. */
export function engineParts(_plan: Plan): readonly { readonly database: string; readonly relation: Relation }[] {
  throw new HoldfastError('INTERNAL', 'not there yet')
}
