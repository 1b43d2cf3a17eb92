import type { Arm } from './arm.ts'

/** What one run of the benchmarks leaves behind: a file for each engine, machine and day, never overwritten. */
export interface EngineRecord {
  /** The version of this form. */
  readonly format: 1
  readonly engine: string
  /** Versions of the packages that took part: adapters, drivers, libraries. */
  readonly versions: Readonly<Record<string, string>>
  /** ISO date of the start, UTC. */
  readonly date: string
  readonly commit: string | null
  /** The run was ended early: it has the steps that were finished, and not all that were asked for. */
  readonly partial?: true
  readonly machine: Machine
  readonly seed: number
  /** What each arm is. */
  readonly kinds: Readonly<Record<string, Arm<unknown>['kind']>>
  /** Settings of each arm. */
  readonly settings: Readonly<Record<string, string>>
  /** `<workload>/<step>/<rows>`, then the arm; null where there is no right answer, and `reasons` says why. */
  readonly cells: Readonly<Record<string, Readonly<Record<string, CellRecord | null>>>>
  /** `<workload>/<step>/<rows>/<arm>`: why the cell is null. */
  readonly reasons: Readonly<Record<string, string>>
}

export interface Machine {
  /** From the facts below, not the name of the host. */
  readonly id: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly node: string
  readonly os: string
  /** Load average of the last minute at the start and at the end. */
  readonly load: readonly [number, number]
}

/** Times in milliseconds, of one operation where a step has several; sizes in MiB. */
export interface CellRecord {
  readonly operations: number
  /** The first run. */
  readonly cold: number
  /** The others, in the order in which they ran. */
  readonly hot: readonly number[]
  /** Of the hot runs. */
  readonly minimum: number
  readonly median: number
  /** Median absolute deviation. */
  readonly deviation: number
  /** Processor time of the process, all threads, median of the hot runs; a server's is not in it. */
  readonly processor: number
  /** Of single operations where the step ends them one by one, else of runs. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number; readonly of: number }
  /** The ratio of the medians to the bare driver's in the same run; absent where the engine has no bare arm. */
  readonly ratio?: number
  readonly peakMemory: number
  /** What the runs have added at most to what the process held before them; absent where the system does not tell. */
  readonly growth?: number
  /** How long the event loop was held at the longest in a hot run: nobody else in the process was served meanwhile. */
  readonly longestHold?: number
  readonly diskSize: number | null
  readonly rowsFetched: number | null
  /** `sha256:` of the answer, equal to the evaluator's. */
  readonly answer: string
  /** What the arm ran for the step, as it is written. */
  readonly code: string
  readonly sql?: string
  readonly plan?: string
}
