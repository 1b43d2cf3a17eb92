import type { Backend } from '@holdfast/core/backend'

/** The parts of the contract that a defect can be in. */
export type Family =
  | 'nulls and order'
  | 'text'
  | 'numbers'
  | 'time'
  | 'JSON'
  | 'keys and upserts'
  | 'batches and limits'
  | 'pushdown lies'
  | 'transactions and isolation'
  | 'streams'
  | 'durability'
  | 'errors'
  | 'life cycle'
  | 'capabilities'
  | 'introspection'
  | 'concurrency'

/** A backend with one defect. */
export interface Mutant {
  /** The defect, as what the engine does. */
  readonly name: string
  /** The first law of the suite that it breaks, by the law's name. */
  readonly breaks: string
  readonly backend: () => Backend
}

/** The mutants of one family. */
export interface MutantFamily {
  readonly family: Family
  readonly mutants: readonly Mutant[]
}

export function mutant(name: string, breaks: string, backend: () => Backend): Mutant {
  return { name, breaks, backend }
}
