import { HoldfastError } from '../backend/errors.js'
import type { Engine } from '../backend/types.js'
import type { Relation } from '../relation/types.js'

/** Whether the engine runs the whole relation with exactly core's meaning. Remembered by relation object. */
export function takesExactly(_relation: Relation, _engine: Engine): boolean {
  throw new HoldfastError('INTERNAL', 'not there yet')
}
