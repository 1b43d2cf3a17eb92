import { conditionOf } from '../expression/arguments.js'
import { sortTermsOf } from '../expression/index.js'
import type { Expression, OrderBy, UntypedRowExpressions } from '../expression/index.js'
import type { JoinNode, SortTerm } from '../relation/index.js'
import { columnsOf } from '../relation/index.js'
import { reading } from './faults.js'
import { refuse, wholeNumber } from './options.js'
import { joined } from './query-join.js'
import { QueryRunning } from './query-running.js'
import { readNamed, selected, selectedGroups } from './query-select.js'
import type { Grouping } from './query-select.js'
import { distinct, filtered, limited, ordered, relationOf, skipping } from './query-state.js'
import type { QueryState } from './query-state.js'
import type {
  Condition,
  Fields,
  GroupedQuery,
  Nullable,
  OrderTerm,
  Over,
  Query,
  QueryStart,
  Selected,
  Selection,
  Sources,
} from './query-types.js'

/** How a query of another state is made. */
export type Derive = <Next extends Sources>(state: QueryState) => Query<Next>

const rowCount = wholeNumber(0)

/** Everything that makes a new query out of this one. */
export abstract class QueryBuilding<S extends Sources> extends QueryRunning<S> implements QueryStart<S> {
  protected abstract derive<Next extends Sources>(state: QueryState): Query<Next>

  where(condition: Over<S, Condition>): Query<S> {
    return this.#checked(filtered(this.state, askCondition('where', condition, this.state.sources)))
  }

  select<Output extends Selection>(columns: Over<S, Output>): Query<readonly [Selected<Output>]> {
    return this.#checked(selected(this.state, ask('select', columns, this.state.sources)))
  }

  distinct(): Query<S> {
    return this.#checked(distinct(this.state))
  }

  groupBy(groups: Over<S, Fields>): GroupedQuery<S> {
    const named = readNamed(ask('groupBy', groups, this.state.sources), 'groupBy')
    return new Grouped(this.state, { groups: named, having: [] }, (state) => this.#checked(state))
  }

  orderBy(...terms: Over<S, OrderTerm | readonly OrderTerm[]>[]): Query<S> {
    if (terms.length === 0) throw refuse('orderBy', 'one or more functions of the row', undefined)
    const read = terms.flatMap((term): readonly SortTerm[] => {
      return sortTermsOf(ask('orderBy', term, this.state.sources) as OrderBy)
    })
    return this.#checked(ordered(this.state, read))
  }

  limit(count: number): Query<S> {
    return this.#checked(limited(this.state, rowCount(count, 'limit')))
  }

  offset(count: number): Query<S> {
    return this.#checked(skipping(this.state, rowCount(count, 'offset')))
  }

  join<Other extends Sources>(
    other: QueryStart<Other>,
    on: Over<readonly [...S, ...Other], Condition>,
  ): Query<readonly [...S, ...Other]> {
    return this.#join('inner', other, on)
  }

  leftJoin<Other extends Sources>(
    other: QueryStart<Other>,
    on: Over<readonly [...S, ...Other], Condition>,
  ): Query<readonly [...S, ...Nullable<Other>]> {
    return this.#join('left', other, on)
  }

  #join<Next extends Sources>(kind: JoinNode['kind'], other: unknown, on: unknown): Query<Next> {
    const where = kind === 'left' ? 'leftJoin' : 'join'
    const open = joined(kind, this.state, QueryRunning.stateOf(other, where))
    return this.#checked(open.on(askCondition(where, on, open.sources)))
  }

  /** Type errors are found here, where the user's own line is on the stack. */
  #checked<Next extends Sources>(state: QueryState): Query<Next> {
    columnsOf(state.terms.length === 0 ? state.rows : relationOf(state))
    return this.derive(state)
  }
}

/** Rows in groups, waiting for what is to be known of them. */
class Grouped<S extends Sources> implements GroupedQuery<S> {
  readonly #state: QueryState
  readonly #grouping: Grouping
  readonly #derive: Derive

  constructor(state: QueryState, grouping: Grouping, derive: Derive) {
    this.#state = state
    this.#grouping = grouping
    this.#derive = derive
  }

  having(condition: Over<S, Condition>): GroupedQuery<S> {
    const { groups, having } = this.#grouping
    const added = askCondition('having', condition, this.#state.sources)
    return new Grouped(this.#state, { groups, having: [...having, added] }, this.#derive)
  }

  select<Output extends Selection>(columns: Over<S, Output>): Query<readonly [Selected<Output>]> {
    return this.#derive(
      selectedGroups(this.#state, this.#grouping, ask('select', columns, this.#state.sources)),
    )
  }
}

/** What a callback of the user's makes of the rows of all sources. */
export function ask(where: string, callback: unknown, sources: readonly UntypedRowExpressions[]): unknown {
  if (typeof callback !== 'function') throw refuse(where, 'a function of the row', callback)
  const call = callback as (...rows: readonly UntypedRowExpressions[]) => unknown
  return reading(where, () => call(...sources))
}

function askCondition(
  where: string,
  callback: unknown,
  sources: readonly UntypedRowExpressions[],
): Expression {
  return conditionOf(ask(where, callback, sources), where).expression
}
