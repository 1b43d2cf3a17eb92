import type { Engine } from '../backend/types.js'
import { inputsOf } from '../evaluate/evaluate.js'
import { conjuncts } from '../expression/node.js'
import type { FilterNode, Relation } from '../relation/types.js'
import type { PlanDatabase } from './types.js'

/** What an engine says to the top node of a relation, all below it being its own. */
export function verdictOf(
  relation: Relation,
  { engine, session, pushdown }: PlanDatabase,
): 'exact' | 'superset' | 'no' {
  if (pushdown === 'none' || session.run === undefined || engine.takes === undefined) return 'no'
  return engine.takes(relation)
}

const known = new WeakMap<Engine, WeakMap<Relation, boolean>>()

/** Whether the engine runs the whole relation with exactly core's meaning. Remembered by relation object. */
export function takesExactly(relation: Relation, engine: Engine): boolean {
  let answers = known.get(engine)
  if (answers === undefined) known.set(engine, (answers = new WeakMap()))
  let answer = answers.get(relation)
  if (answer === undefined) answers.set(relation, (answer = asks(relation, engine)))
  return answer
}

function asks(relation: Relation, engine: Engine): boolean {
  if (engine.takes === undefined) return false
  if (!inputsOf(relation).every((input) => takesExactly(input, engine))) return false
  const conditions = relation.node === 'filter' ? conjuncts(relation.condition) : []
  const accepted =
    conditions.length < 2 ||
    conditions.every((condition) => engine.takes!({ ...relation, condition } as FilterNode) !== 'no')
  return accepted && engine.takes(relation) === 'exact'
}
