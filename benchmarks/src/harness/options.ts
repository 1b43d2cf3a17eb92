import type { Arm } from '../contract/arm.ts'
import type { CellRecord, EngineRecord } from '../contract/record.ts'
import type { Limits } from '../contract/workload.ts'

/** What is run, and how; everything has a default. */
export interface BenchmarkOptions {
  /** Names of workloads, or addresses (`file:`) of modules whose default export is one. `seeds` and `overhead` unless stated. */
  readonly workloads?: readonly string[]
  /** Engines, by their names; all unless stated. */
  readonly engines?: readonly string[]
  /** Names of steps; all unless stated. */
  readonly steps?: readonly string[]
  /** Numbers of rows; those of each workload unless stated. */
  readonly rows?: readonly number[]
  /** All workloads, at all the sizes that they name, with other libraries. */
  readonly full?: boolean
  /** Other libraries, too. */
  readonly peers?: boolean
  /** Addresses (`file:`) of modules that export a backend: each becomes one more engine. */
  readonly backends?: readonly string[]
  /** Hot runs after the cold one. Default: at least 10, and up to 50 where these take less than a second. */
  readonly runs?: number
  /** What data and orders are made of. Default: 42. */
  readonly seed?: number
  /** Seconds for one run of one arm; opening and loading have ten times as many. Default: 60. */
  readonly timeLimit?: number
  /** Where results go; nothing is written unless stated. */
  readonly out?: string
  /** Ends the run early; what was started is ended and removed, and the steps that were finished are written as partial. */
  readonly signal?: AbortSignal
  readonly onProgress?: (event: ProgressEvent) => void
}

/** How far a run has come. */
export type ProgressEvent =
  | { readonly type: 'planned'; readonly steps: number; readonly units: number }
  | { readonly type: 'step'; readonly key: string; readonly title: string }
  /** One more opening or run is done; `done` of all units. */
  | { readonly type: 'unit'; readonly key: string; readonly arm: string; readonly done: number }
  | {
      readonly type: 'cell'
      readonly key: string
      readonly engine: string
      readonly arm: string
      readonly cell: CellRecord | null
      readonly reason?: string
    }
  | { readonly type: 'ended'; readonly seconds: number }

export interface BenchmarkResult {
  readonly records: readonly EngineRecord[]
  /** Where they are, if they were to be written. */
  readonly files: readonly string[]
  /** The same for people: each step on each engine. */
  readonly steps: readonly StepLine[]
}

/** What has come of one step on one engine. */
export interface StepLine {
  /** `<workload>/<step>/<rows>` */
  readonly key: string
  readonly workload: string
  /** Of the workload. */
  readonly title: string
  readonly rows: number
  readonly engine: string
  /** The title of the step. */
  readonly step: string
  /** The ratio that we want to reach. */
  readonly target?: number
  /** The most that it may need besides time. */
  readonly limits?: Readonly<Partial<Record<keyof Limits, number>>>
  /** Seconds that the system claims that we replace. */
  readonly claim?: number
  readonly arms: readonly ArmResult[]
}

export interface ArmResult {
  readonly name: string
  readonly kind: Arm<unknown>['kind']
  readonly cell: CellRecord | null
  /** Why there is no cell. */
  readonly reason?: string
  /** Whether the arm has no way to do the step. */
  readonly lacks?: true
}
