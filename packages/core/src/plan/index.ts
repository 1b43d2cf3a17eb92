export { describePlan, engineParts } from './describe.js'
export type { NodeDescription, PlanDescription } from './describe.js'
export { execute } from './execute.js'
export { keysetOf, withTotalOrder } from './order.js'
export type { Keyset } from './order.js'
export type { Parameterized } from './parameterize.js'
export type { EnginePart, Plan } from './plan.js'
export { Planner } from './planner.js'
export { canOverflow } from './overflow.js'
export { takesExactly } from './takes.js'
export type {
  Counters,
  ExecuteOptions,
  Execution,
  PlanDatabase,
  PlanEnvironment,
  Prepared,
  Pushdown,
  Snapshot,
  WorkLimits,
} from './types.js'
