import { readCallOptions } from './options.js'
import type { CallOptions } from './options.js'
import { ask, QueryBuilding } from './query-building.js'
import { ChangeTarget } from './query-change.js'
import type { QueryState } from './query-state.js'
import type { Assignments, Condition, Over, Query, Sources } from './query-types.js'

/** A query as its user holds it. */
export class QueryHandle<S extends Sources> extends QueryBuilding<S> implements Query<S> {
  protected readonly state: QueryState

  constructor(state: QueryState) {
    super()
    this.state = state
  }

  protected derive<Next extends Sources>(state: QueryState): Query<Next> {
    return new QueryHandle(state)
  }

  having(condition: Over<S, Condition>): Query<S> {
    return this.where(condition)
  }

  async update(
    changes: Assignments<S[0]> | Over<S, Assignments<S[0]>>,
    options?: CallOptions,
  ): Promise<number> {
    const { signal } = readCallOptions(options)
    const target = new ChangeTarget(this.state)
    const given: unknown =
      typeof changes === 'function' ? ask('update', changes, this.state.sources) : changes
    return target.update(given, signal)
  }

  async delete(options?: CallOptions): Promise<number> {
    const { signal } = readCallOptions(options)
    return new ChangeTarget(this.state).delete(signal)
  }
}
