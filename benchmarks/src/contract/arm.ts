import type { Backend, Database, OpenOptions } from '@holdfast/core'

/** An engine that arms work on; a third party's has the name of its backend. */
export type EngineName = 'memory' | 'file' | 'sqlite' | 'duckdb' | 'postgres' | (string & {})

/** A way to do a workload: an engine through Holdfast, the same by its bare driver, or by another library. */
export interface Arm<Session> {
  /** What tables and results call it: `holdfast`, or the name of the library, such as `better-sqlite3` or `drizzle-orm`. */
  readonly name: string
  readonly engine: EngineName
  readonly kind: 'holdfast' | 'bare' | 'peer'
  /** Packages without which the arm cannot run. One that is not installed gives cells without a time, and says so. */
  readonly packages: readonly string[]
  /** Settings that decide what is compared, durability first: `WAL, synchronous NORMAL`. */
  readonly settings: string
  /** Steps that the arm has no way to do, with the reason; all others must work. */
  readonly lacks?: Readonly<Record<string, string>>
  /** Opens the arm's database with its tables, loaded or empty as the step wants it. Loads its libraries here, not before. */
  open(setting: Setting): Promise<Opened<Session>>
}

/** Where and on what an arm works. */
export interface Setting {
  /** A new, empty folder for engines with files. */
  readonly folder: string
  /** A server's address with a schema of its own, for arms on PostgreSQL; the schema is there and empty. */
  readonly server?: { readonly url: string; readonly schema: string }
  readonly rows: number
  readonly seed: number
  readonly loaded: boolean
  /** A folder that all steps of a run share: tables that one has filled, untimed, another may copy. */
  readonly shared?: string
  /** The database is in the folder, or the schema, already: an earlier process has made it. Only steps that are `fresh`. */
  readonly existing?: boolean
}

/** What a workload makes an arm of that goes through Holdfast: an engine of ours, a third party's, the reference. */
export interface HoldfastEngine {
  readonly name: EngineName
  readonly packages: readonly string[]
  readonly settings: string
  readonly backend: (setting: Setting) => Backend | Promise<Backend>
  /** How the database is opened. */
  readonly options?: OpenOptions
  /** Makes what was written durable and tidy, where the engine leaves that for later. */
  readonly settle?: (database: Database) => Promise<unknown>
}

export interface Opened<Session> {
  readonly session: Session
  /** Makes all that was written durable and tidy (a checkpoint), untimed unless a step asks for it itself. */
  readonly settle?: () => Promise<void> | void
  /** How the engine runs the step: SQL, plan, what was taken; asked after the last run, untimed. */
  readonly explain?: (step: string) => Promise<Explanation | undefined>
  /** Rows that came from the engine since this was last called. */
  readonly rowsFetched?: () => number | undefined
  /** Bytes on disk, where these are not all in the folder of the setting. */
  readonly diskSize?: () => Promise<number>
  close(): Promise<void> | void
}

export interface Explanation {
  /** What the arm ran, where the methods of its session do not show it. */
  readonly code?: string
  readonly sql?: string
  readonly plan?: string
}
