import type { Relation } from '../../../relation/types.js'
import type { Dice, Weighted } from '../../random/dice.js'
import type { TableCase } from '../tables.js'
import { aggregated } from './aggregates.js'
import { projected } from './columns.js'
import { scanOf } from './draft.js'
import type { Draft, Workshop } from './draft.js'
import { joined } from './joins.js'
import { distinct, filtered, limited, sorted } from './rows.js'
import { windowed } from './windows.js'

type Step = (workshop: Workshop, input: Draft) => Draft

const steps: readonly Weighted<Step>[] = [
  [6, filtered],
  [4, projected],
  [3, aggregated],
  [3, sorted],
  [3, limited],
  [1, distinct],
  [2, windowed],
]

/** A legal pipeline of every kind of node over one to three of the tables. */
export function randomRelation(dice: Dice, tables: readonly TableCase[], database: string): Relation {
  return randomDraft(dice, tables, database).relation
}

/** The same, with what is known about its columns. */
export function randomDraft(
  dice: Dice,
  tables: readonly TableCase[],
  database: string,
  steps: readonly [minimum: number, maximum: number] = [1, 5],
): Draft {
  let names = 0
  const workshop: Workshop = { dice, tables, database, freshName: () => `x${(names += 1)}` }
  return pipeline(workshop, dice.integer(...steps), 2)
}

function pipeline(workshop: Workshop, length: number, joins: number): Draft {
  const { dice } = workshop
  let result = scanOf(dice.pick(workshop.tables), workshop.database)
  let joinsLeft = joins
  for (let step = 0; step < length; step += 1) {
    if (joinsLeft > 0 && dice.chance(14)) {
      joinsLeft -= 1
      result = joined(workshop, result, pipeline(workshop, dice.integer(0, 2), 0))
    } else {
      result = dice.weighted(steps)(workshop, result)
    }
  }
  return result
}
