import { columnsOf } from '../relation/columns-of.js'
import type { Engine } from '../backend/types.js'
import type { Relation, RelationColumns } from '../relation/types.js'
import { RecentCache } from './cache.js'
import { withTotalOrder } from './order.js'
import { parameterize } from './parameterize.js'
import type { Parameterized } from './parameterize.js'
import { planOf } from './plan.js'
import type { Plan } from './plan.js'
import { narrowed } from './required.js'
import { split } from './split.js'
import type { PlanDatabase, PlanEnvironment, Prepared } from './types.js'

/**
 * Turns relations into plans and keeps them by shape: queries that differ only in their values share one plan, and so one
 * compiled statement in each engine.
 */
export class Planner {
  readonly #plans: RecentCache<{ readonly columns: RelationColumns; readonly plan: Plan }>
  readonly #relations: RecentCache<Relation>

  /** @param options `cacheSize`: how many plans are kept at least, 500 where it is not given */
  constructor({ cacheSize = 500 }: { readonly cacheSize?: number } = {}) {
    this.#plans = new RecentCache(cacheSize)
    this.#relations = new RecentCache(cacheSize)
  }

  /**
   * Plans a relation as the caller wrote it: in any order, values in place.
   *
   * @throws HoldfastError `TYPE_MISMATCH`, `UNKNOWN_COLUMN`, `LIMIT_EXCEEDED`, with the path in the tree, and what the
   *   environment throws for an unknown database
   */
  prepare(relation: Relation, environment: PlanEnvironment): Prepared {
    const { relation: parameterized, parameters, shape, databases } = parameterize(relation)
    let key = shape
    for (const database of databases) key += modeOf(environment.session(database))
    let found = this.#plans.get(key)
    if (found === undefined) {
      const columns = columnsOf(relation)
      const plan = planOf(split(narrowed(withTotalOrder(parameterized)), environment))
      found = { columns, plan }
      this.#plans.set(key, found)
    }
    return { ...found, parameters, shape }
  }

  /**
   * The relation with parameters in place of its values: the same object for every relation of the same shape. For what an
   * engine does without a plan, such as `updateWhere`; see `takesExactly`.
   *
   * @throws HoldfastError as `prepare`
   */
  parameterize(relation: Relation): Parameterized {
    const made = parameterize(relation)
    const known = this.#relations.get(made.shape)
    if (known !== undefined) return { ...made, relation: known }
    columnsOf(relation)
    this.#relations.set(made.shape, made.relation)
    return made
  }
}

const numbers = new WeakMap<Engine, number>()
let lastNumber = 0

/** What of a database decides how a relation is cut. */
function modeOf({ engine, session, pushdown }: PlanDatabase): string {
  let number = numbers.get(engine)
  if (number === undefined) numbers.set(engine, (number = ++lastNumber))
  return `|${number}${session.run === undefined ? 's' : 'r'}${pushdown}`
}
