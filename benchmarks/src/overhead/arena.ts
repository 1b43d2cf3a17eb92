import type { Database } from '@holdfast/core'
import type { Bare } from './bare.ts'

export type Verb =
  | 'point read by key'
  | 'point reads, 64 at once'
  | 'many keys (1,000)'
  | 'insert, autocommit'
  | 'inserts, 64 at once'
  | 'update by key'
  | '1,000-row batch, one transaction'
  | '100,000-row bulk insert'
  | 'filter returning 1,000 rows'
  | 'group-by aggregate over the table'
  | 'stream of 100,000 rows'

/** The ratios to reach. */
export type Targets = Partial<Readonly<Record<Verb, number>>>

/** A way to use the bare driver, and what is to be reached against it. */
export interface Rival {
  /** Behind the verb, where there are several ways. */
  readonly label?: string
  readonly bare: Bare
  readonly targets: Targets
  /** The verbs that are compared with it; all unless stated. */
  readonly verbs?: readonly Verb[]
}

/** An engine with an empty table of orders in Holdfast's hands, and another one that all rivals share. */
export interface Arena {
  readonly database: Database
  readonly rivals: readonly [Rival, ...Rival[]]
  /** How often one measurement repeats what is short. */
  readonly counts: Counts
  /** Leaves Holdfast's database at rest. */
  readonly settle: () => Promise<void>
  close(): Promise<void>
}

export interface Counts {
  readonly reads: number
  readonly inserts: number
  readonly updates: number
  readonly lists: number
  readonly windows: number
  readonly groups: number
}
