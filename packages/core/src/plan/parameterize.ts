import { HoldfastError } from '../backend/errors.js'
import type { Parameters } from '../backend/types.js'
import type { Relation } from '../relation/types.js'

/** A relation without values, the values, and a text that is the same exactly for relations that differ only in values. */
export interface Parameterized {
  readonly relation: Relation
  readonly parameters: Parameters
  readonly shape: string
}

export function parameterize(_relation: Relation): Parameterized {
  throw new HoldfastError('INTERNAL', 'not there yet')
}
