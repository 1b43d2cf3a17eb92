import type { Batches, Capabilities, Engine, MaybePromise, Parameters, Session } from '../backend/types.js'
import type { WorkLimits } from '../evaluate/spill/workspace.js'
import type { RelationColumns } from '../relation/types.js'
import type { Plan } from './plan.js'

export type { WorkLimits }

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
  /** Makes a state last for several reads. Absent where all reads of the session see one state anyway. */
  readonly snapshot?: (signal?: AbortSignal) => Promise<Snapshot>
}

/** One state of a database that several reads see. */
export interface Snapshot {
  readonly session: Session
  /** Whether writers wait for its end: no code of the user's may run before. */
  readonly exclusive: boolean
  /** To be called once, when nothing is read any more. */
  end(): MaybePromise<void>
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
  /**
   * Nodes of the plan's relation that engines run; a table that core scans is not one of them, nor is what core evaluates
   * anew because an engine has reported an overflow.
   */
  readonly nodesTaken: number
  /** Nodes of the plan's relation. */
  readonly nodes: number
  /** Bytes that core wrote to temporary files. */
  readonly spilledBytes: number
}

export interface ExecuteOptions {
  readonly signal?: AbortSignal
  /** Whether the caller takes all rows at once: engines may then answer with one large batch. */
  readonly whole: boolean
  /** What core may hold. */
  readonly work: WorkLimits
}

export interface Execution {
  /** The rows in the answer's total order. Iterable once; iterate synchronously where the engine answers so. */
  readonly batches: Batches
  readonly counters: Counters
}
