import type { Batches, Capabilities, Engine, Parameters, Session } from '../backend/types.js'
import type { RelationColumns } from '../relation/types.js'
import type { Plan } from './plan.js'

/** `none`: core does everything above `scan`, so that every answer of an engine can be checked against core's own. */
export type Pushdown = 'auto' | 'none'

/** One open database as the planner sees it. */
export interface PlanDatabase {
  /** Where the plan reads: the engine itself, or a transaction. Without `run` it is only scanned. */
  readonly session: Session
  /** Whose `takes` decides what is pushed down. */
  readonly engine: Engine
  readonly capabilities: Capabilities
  readonly pushdown: Pushdown
}

/** The open databases by the names that the leaves of a relation carry. Throws where there is none of that name. */
export interface PlanEnvironment {
  session(database: string): PlanDatabase
}

/** A query that is ready to run: a plan shared by all queries of its shape, and this query's own values. */
export interface Prepared {
  /** The columns of the answer. */
  readonly columns: RelationColumns
  readonly plan: Plan
  readonly parameters: Parameters
  readonly shape: string
}

/** What running a plan took. Grows while batches are taken and is final when they end. */
export interface Counters {
  /** Rows that engines handed to core. */
  readonly rowsFetched: number
  /** Nodes of the plan's relation that engines run; a table that core scans is not one of them. */
  readonly nodesTaken: number
  /** Nodes of the plan's relation. */
  readonly nodes: number
}

export interface ExecuteOptions {
  readonly signal?: AbortSignal
  /** Whether the caller takes all rows at once: engines may then answer with one large batch. */
  readonly whole: boolean
}

export interface Execution {
  /** The rows in the answer's total order. Iterable once; iterate synchronously where the engine answers so. */
  readonly batches: Batches
  readonly counters: Counters
}
