import { throwIfAborted } from '../backend/abort.js'
import type { Batch, Batches } from '../backend/types.js'
import type { ExecuteOptions, Execution, PlanEnvironment, Prepared } from './types.js'

/**
 * Runs a plan. Leaving the loop over the batches closes whatever is open in the engines. Where one engine runs all of it,
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
  const counters = { rowsFetched: 0, nodes, nodesTaken }
  const fetched = (rows: number): void => {
    counters.rowsFetched += rows
  }
  const batches = plan.open({ ...options, environment, parameters, fetched })
  return { batches: plan.root.by === 'core' ? abortable(batches, options.signal) : batches, counters }
}

async function* abortable(batches: Batches, signal: AbortSignal | undefined): AsyncGenerator<Batch> {
  throwIfAborted(signal)
  for await (const batch of batches) {
    yield batch
    throwIfAborted(signal)
  }
}
