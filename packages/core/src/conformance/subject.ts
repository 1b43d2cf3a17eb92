import type { Backend } from '../backend/types.js'

/** What is put to the proof. */
export interface Subject {
  /** The name of the engine, as reports show it. */
  readonly name: string
  /** A backend of a new, empty database each time it is called. Nothing is opened by it. */
  readonly backend: () => Backend
  /**
   * The backend that opens, later and once more, the database of one that was closed. Default for durable engines: the
   * same backend again.
   */
  readonly reopen?: (backend: Backend) => Backend
  /** Instead of the environment's `HOLDFAST_RUNS`: random cases of a property of weight 1. */
  readonly runs?: number
}

/** The test runner: `describe` and `test` of vitest or of node:test, or anything like them. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly test: (name: string, options: { readonly timeout: number }, body: () => Promise<void>) => unknown
}
