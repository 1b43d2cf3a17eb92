import type { Arm, EngineName, HoldfastEngine } from './arm.ts'

/**
 * A workload: data, the steps that are timed on it, and the arms that do them.
 *
 * `Session` is what a step needs of an arm, an interface of the workload's own: whole pieces of work (`readEach(ids)`, not
 * `read(id)`), so that a driver that answers at once pays for no promise that its users would not pay for either.
 */
export interface Workload<Session> {
  /** What `--workloads` and the results call it; lower case, words joined by `-`. */
  readonly name: string
  /** A line for help, tables and the report. */
  readonly title: string
  /** What is asked and why, for the report: a few sentences. */
  readonly description: string
  /** How many rows the largest table holds, unless `--rows` says otherwise. */
  readonly rows: { readonly quick: number; readonly full: readonly number[] }
  readonly steps: readonly Step<Session>[]
  readonly arms: readonly Arm<Session>[]
  /**
   * The steps on any engine through Holdfast. By it a third party's backend joins (`--backend`), and the reference decides:
   * Holdfast over memory with nothing pushed down. An arm by the name `evaluator` among the arms decides in its place; without
   * either there is no reference.
   */
  readonly holdfast?: (engine: HoldfastEngine) => Arm<Session>
}

/** A workload whatever it needs of its arms: all that the harness does is hand a session from an arm to a step. */
export type AnyWorkload = Workload<unknown>

/** One thing that is timed: a cell is a step with so many rows, by one arm. */
export interface Step<Session> {
  /** What the results call it: `<workload>/<step>/<rows>` never changes its meaning; a changed step gets a new name. */
  readonly name: string
  /** A line for tables and the report. */
  readonly title: string
  /** Whether the tables are filled, untimed, before the first run; an empty start has the tables without rows. */
  readonly start: 'loaded' | 'empty'
  /** Operations of one run: times are told for one of them. 1 unless stated. */
  readonly operations?: (rows: number) => number
  /**
   * The work of one run. All of it is timed: data that only the harness needs is made before, in `prepare`.
   *
   * @returns the answer, which is compared with that of the reference evaluator: rows (see `Answer`), or undefined where
   * `content` has it
   */
  run(session: Session, job: Job): unknown
  /** Methods of the session whose code results show; those that `run` calls as `session.name(...)` unless stated. */
  readonly uses?: readonly string[]
  /** What the run needs, made before the clock starts; it is `job.given`. */
  readonly prepare?: (job: Job) => unknown
  /** Puts back, untimed, what the run changed, so that each run finds the same. */
  restore?(session: Session, job: Job): Promise<void> | void
  /** What a step that changes data is judged by: the rows that are there afterwards; untimed, before `restore`. */
  content?(session: Session, job: Job): AsyncIterable<object> | Iterable<object> | Promise<Iterable<object>>
  /** Brings what `run` returned into the form that all arms share; untimed. The answer itself unless stated. */
  plain?(session: Session, answer: unknown): unknown
  /** Whether the order of the answer's rows counts; it does unless this is false. */
  readonly ordered?: boolean
  /** Significant digits of doubles that count, where engines may add in different orders; all 17 unless stated. */
  readonly digits?: number
  /** Whether run 2 has another answer than run 1, so that the evaluator has to be asked each time. */
  readonly varies?: boolean
  /**
   * Each run is the first of a new process, and `open` is timed with it, imports of libraries included. An earlier process has
   * made and filled the database: `setting.existing`.
   */
  readonly fresh?: boolean
  /** The ratio to the bare driver that we want to reach; 1 is the bare driver. */
  readonly targets?: Partial<Readonly<Record<EngineName, number>>>
  /** What is to be kept besides time. */
  readonly limits?: Limits
  /** The bare arm that the ratio is to, where an engine has several; the first one unless stated. */
  readonly against?: Partial<Readonly<Record<EngineName, string>>>
  /** Seconds that the systems that we replace claim for the step. */
  readonly claims?: Partial<Readonly<Record<EngineName, number>>>
  /** The rows that the claims speak of, where they speak of so many only. */
  readonly claimedRows?: number
}

type OfEngines = Partial<Readonly<Record<EngineName, number>>>

/** The most that an engine through Holdfast may need, of what every cell has besides its times. */
export interface Limits {
  /** MiB that the runs add to what the process held before. */
  readonly growth?: OfEngines
  /** Milliseconds for which the event loop is held. */
  readonly longestHold?: OfEngines
}

/** One run of a step. */
export interface Job {
  readonly rows: number
  readonly seed: number
  /** 0 is the cold run; the hot ones follow. */
  readonly run: number
  /** What `prepare` made. */
  readonly given: unknown
  /** Ends one operation: the time since the last call, or since the start of the run, is a latency. */
  readonly lap: () => void
  /** Tells how many milliseconds one operation took, where several are under way at once. */
  readonly took: (milliseconds: number) => void
}

/** What arms answer: rows of plain values, in arrays or objects. Dates count as their milliseconds, bigints as integers. */
export type Answer = readonly object[] | object | number | string | bigint | boolean | null
