import type { NamedExpression } from '../../../relation/types.js'
import type { ScopeColumn } from '../expressions/scope.js'
import { computed, draft, expressionsOf } from './draft.js'
import type { Draft, Hint, Workshop } from './draft.js'

/** Half of the columns as they are, some of them renamed, beside computed ones. */
export function projected(workshop: Workshop, input: Draft): Draft {
  const { dice, freshName } = workshop
  const generator = expressionsOf(workshop, input)
  const passed = dice
    .sample(input.scope, 0, 4)
    .map((column) => passOn(column, dice.chance(60) ? column.name : freshName()))
  const made = dice.several(passed.length === 0 ? 1 : 0, 3, (): Column => {
    const expression = generator.of(generator.type(), dice.integer(1, 4))
    return { named: { name: freshName(), expression }, hint: computed }
  })
  return project(input, dice.shuffle([...passed, ...made]))
}

/** The same rows with every column under a fresh name, so that they can be joined to anything. */
export function renamed({ freshName }: Workshop, input: Draft): Draft {
  return project(
    input,
    input.scope.map((column) => passOn(column, freshName())),
  )
}

interface Column {
  readonly named: NamedExpression
  readonly hint: Hint
}

function passOn(column: ScopeColumn, name: string): Column {
  return { named: { name, expression: { kind: 'column', name: column.name } }, hint: column }
}

function project(input: Draft, columns: readonly Column[]): Draft {
  const hints = new Map(columns.map(({ named, hint }) => [named.name, hint]))
  return draft({ node: 'project', input: input.relation, columns: columns.map(({ named }) => named) }, hints)
}
