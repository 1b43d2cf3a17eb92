export { describePlan, engineParts } from './describe.js'
export type { PlanDescription } from './describe.js'
export { execute } from './execute.js'
export { keysetOf, withTotalOrder } from './order.js'
export type { Keyset } from './order.js'
export type { Parameterized } from './parameterize.js'
export type { Plan } from './plan.js'
export { Planner } from './planner.js'
export { takesExactly } from './split.js'
export type {
  Counters,
  ExecuteOptions,
  Execution,
  PlanDatabase,
  PlanEnvironment,
  Prepared,
  Pushdown,
} from './types.js'
