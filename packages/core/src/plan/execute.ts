import { HoldfastError } from '../backend/errors.js'
import type { ExecuteOptions, Execution, PlanEnvironment, Prepared } from './types.js'

/**
 * Runs a plan. Nothing is asked of an engine before the first batch is; leaving the loop closes what is open.
 * Iterating throws `ABORTED` once the signal is, and whatever the engines throw.
 */
export function execute(_prepared: Prepared, _environment: PlanEnvironment, _options: ExecuteOptions): Execution {
  throw new HoldfastError('INTERNAL', 'not there yet')
}
