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

/** What a parent asks of a process, each answered by a reply. */
export type RequestMap = object

export type Asked<Requests, Name extends keyof Requests> = Requests[Name] extends { request: infer Request }
  ? Request
  : never
export type Answered<Requests, Name extends keyof Requests> = Requests[Name] extends { reply: infer Given }
  ? Given
  : never

/** What is asked of the process of an arm. */
export interface ArmRequests {
  /** Loads a plugin and gives the name of its backend. */
  name: { request: { readonly module: string; readonly folder: string }; reply: string }
  /** Loads the workload and finds the arm. */
  assign: { request: Assignment; reply: undefined }
  open: { request: undefined; reply: undefined }
  /** Makes what the next run needs. */
  prepare: { request: { readonly run: number }; reply: undefined }
  run: { request: RunRequest; reply: RunReply }
  /** Looks at what the run has answered and left behind, and puts back what it has changed. */
  check: { request: CheckRequest; reply: CheckReply }
  end: { request: undefined; reply: EndReply }
}

export interface RunRequest {
  /** Whether opening belongs to what is timed. */
  readonly opens: boolean
}

export interface RunReply {
  /** Milliseconds of the whole run. */
  readonly time: number
  /** Milliseconds of the processor, all threads of the process. */
  readonly processor: number
  readonly rowsFetched: number | null
}

export interface CheckRequest {
  /** Whether what the run has left behind is to be looked at. */
  readonly content: boolean
}

export interface CheckReply {
  readonly answer: string
  readonly content: string | null
}

export interface EndReply {
  /** Bytes; null where the arm leaves nothing behind. */
  readonly diskSize: number | null
  /** MiB */
  readonly peakMemory: number
  /** MiB; null where the system does not tell. */
  readonly growth: number | null
  /** Milliseconds, of the hot runs. */
  readonly longestHold: number
  /** Of single operations, where the step ends them one by one; of the hot runs. */
  readonly latency: LatencySummary | null
  readonly code: string
  readonly sql: string | null
  readonly plan: string | null
}

/** What is asked of the process that has the PostgreSQL server. */
export interface ServerRequests {
  /** Finds or starts it, and gives its address. */
  start: { request: undefined; reply: string }
  /** Makes a new, empty schema, and gives its name. */
  makeSchema: { request: undefined; reply: string }
  dropSchema: { request: string; reply: undefined }
}

export type Reply = { readonly value: unknown } | { readonly failure: string }

/** By which a reply finds the one who asked. */
export type Numbered<Content> = Content & { readonly number: number }

export type Message = Numbered<{ readonly name: string; readonly request: unknown }>
