import { unlimited } from '../evaluate/spill/workspace.js'
import { inWorkspace } from './holding.js'
import type { Relation } from '../relation/types.js'
import { sizeOfRelation } from './plan.js'
import type { ExecuteOptions, Execution, PlanEnvironment, Prepared } from './types.js'

/**
 * Runs a plan, all of whose parts see one state of each database (WRITE-8). Leaving the loop over the batches closes whatever is open in the engines. Where one engine runs all of it,
 * the batches can be iterated synchronously if the engine's can.
 *
 * Iterating throws `ABORTED` once the signal is, `NUMERIC_OVERFLOW` (AGG-2, AGG-3), and whatever the engines throw.
 */
export function execute(
  prepared: Prepared,
  environment: PlanEnvironment,
  options: ExecuteOptions,
): Execution {
  const { plan, parameters } = prepared
  const { nodes, nodesTaken } = plan
  const counters = { rowsFetched: 0, nodes, nodesTaken, spilledBytes: 0 }
  const fetched = (rows: number): void => {
    counters.rowsFetched += rows
  }
  const spilled = (bytes: number): void => {
    counters.spilledBytes += bytes
  }
  const takenOver = (relation: Relation): void => {
    counters.nodesTaken -= sizeOfRelation(relation)
  }
  const run = {
    ...options,
    environment,
    parameters,
    fetched,
    spilled,
    takenOver,
    workspace: unlimited,
  }
  return { batches: plan.root.by === 'core' ? inWorkspace(run, plan) : plan.open(run), counters }
}
