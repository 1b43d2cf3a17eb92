import type { Setting } from '../contract/arm.ts'
import type { LatencySummary } from './latencies.ts'

/** Which arm of a workload: one of its own, or one that it makes of a backend. */
export type ArmReference =
  | { readonly kind: 'own'; readonly engine: string; readonly name: string }
  | { readonly kind: 'plugin'; readonly module: string }
  | { readonly kind: 'reference' }

/** What one process of an arm works on. */
export interface Assignment {
  /** The name of a workload, or the address of a module whose default export is one. */
  readonly workload: string
  readonly step: string
  readonly arm: ArmReference
  readonly setting: Setting
}

/** What the parent asks of the process of an arm, one at a time, each answered by a reply. */
export interface Requests {
  /** Loads a plugin and gives the name of its backend. */
  name: { readonly request: { readonly module: string; readonly folder: string }; readonly reply: string }
  /** Loads the workload and finds the arm. */
  assign: { readonly request: Assignment; readonly reply: undefined }
  open: { readonly request: undefined; readonly reply: undefined }
  run: { readonly request: RunRequest; readonly reply: RunReply }
  end: { readonly request: undefined; readonly reply: EndReply }
}

export interface RunRequest {
  readonly run: number
  /** Whether opening belongs to what is timed. */
  readonly opens: boolean
  /** Whether what the run has left behind is to be looked at. */
  readonly content: boolean
}

export interface RunReply {
  /** Milliseconds of the whole run. */
  readonly time: number
  /** Milliseconds of the processor, all threads of the process. */
  readonly processor: number
  readonly answer: string
  readonly content: string | null
  readonly rowsFetched: number | null
}

export interface EndReply {
  /** Bytes; null where the arm leaves nothing behind. */
  readonly diskSize: number | null
  /** MiB */
  readonly peakMemory: number
  /** Of single operations, where the step ends them one by one; of the hot runs. */
  readonly latency: LatencySummary | null
  readonly code: string
  readonly sql: string | null
  readonly plan: string | null
}

export type RequestName = keyof Requests
export type Reply = { readonly value: unknown } | { readonly failure: string }
