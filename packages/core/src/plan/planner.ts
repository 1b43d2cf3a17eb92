import { HoldfastError } from '../backend/errors.js'
import type { Relation } from '../relation/types.js'
import type { Parameterized } from './parameterize.js'
import type { PlanEnvironment, Prepared } from './types.js'

/**
 * Turns relations into plans and keeps them by shape: queries that differ only in their values share one plan, and so one
 * compiled statement in each engine.
 */
export class Planner {
  /** @param options `cacheSize`: how many plans are kept at least; 500 where none is given. */
  constructor(_options: { readonly cacheSize?: number } = {}) {}

  /**
   * Plans a relation as the caller wrote it (any order, literals in place).
   * @throws HoldfastError `TYPE_MISMATCH`, `UNKNOWN_COLUMN` with the path in the tree; `INVALID_ARGUMENT` for a row count
   */
  prepare(_relation: Relation, _environment: PlanEnvironment): Prepared {
    throw new HoldfastError('INTERNAL', 'not there yet')
  }

  /**
   * The relation with its values replaced by parameters: the same object for every relation of the same shape. For what an
   * engine does without a plan, such as `updateWhere`; see `takesExactly`.
   */
  parameterize(_relation: Relation): Parameterized {
    throw new HoldfastError('INTERNAL', 'not there yet')
  }
}
