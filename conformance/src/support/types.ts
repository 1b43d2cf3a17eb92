/** What was found out, as `conformance/support.json` keeps it. */

/**
 * How an engine comes to something. `partly`: native but for some types or forms. `yes`, `no` and `waits` answer questions
 * that core has no part in.
 */
export type Word = 'native' | 'core' | 'partly' | 'refused' | 'yes' | 'no' | 'waits'

export interface Cell {
  readonly word: Word
  /** `partly`: what is left to core. */
  readonly core?: readonly string[]
}

export type Durability =
  | { readonly kind: 'none' }
  /** The data are those of a server, which no end of our process touches. */
  | { readonly kind: 'server' }
  | {
      readonly kind: 'killed'
      readonly rounds: number
      readonly acknowledged: number
      readonly inFlight: number
      readonly kept: number
    }

/** Random relations by what the engine did of them. */
export interface Shares {
  readonly asked: number
  readonly whole: number
  readonly part: number
  readonly none: number
  /** Refused with `NUMERIC_OVERFLOW`, as they must be. */
  readonly overflow: number
}

export interface EngineSupport {
  /** The version of the adapter's package. */
  readonly adapter: string
  /** What the engine calls itself. */
  readonly version: string
  readonly suite: { readonly version: string; readonly laws: number; readonly seed: number }
  readonly cells: Readonly<Record<string, Cell>>
  readonly limits: { readonly maxKeyBytes: number; readonly maxValueBytes: number }
  /** For each isolation, the anomalies that were shown, of how many. */
  readonly isolation: Readonly<Record<string, { readonly shown: readonly string[]; readonly of: number }>>
  readonly durability: Durability
  readonly relations: Shares
}

export interface Support {
  readonly engines: Readonly<Record<string, EngineSupport>>
}
