import { readsOnly } from '../evaluate/conditions.js'
import { conjuncts } from '../expression/node.js'
import type { Expression } from '../expression/types.js'

/**
 * The columns of an identity that a condition leaves to vary. A column that must equal something fixed is the same in all
 * rows that pass, and so tells none of them apart.
 *
 * @param fixed whether a column of the other side of an equality counts as fixed
 */
export function notPinned(
  identity: readonly string[],
  condition: Expression,
  fixed: (name: string) => boolean = () => false,
): readonly string[] {
  const pinned = new Set<string>()
  for (const { column, value } of equalities(condition)) if (readsOnly(value, fixed)) pinned.add(column)
  return pinned.size === 0 ? identity : identity.filter((name) => !pinned.has(name))
}

/** What a condition says every row's columns must equal, each equality from both of its sides. */
export function equalities(condition: Expression): { readonly column: string; readonly value: Expression }[] {
  return conjuncts(condition).flatMap((conjunct) => {
    if (conjunct.kind !== 'call' || conjunct.function !== 'equal') return []
    const [left, right] = conjunct.arguments as [Expression, Expression]
    return [
      ...(left.kind === 'column' ? [{ column: left.name, value: right }] : []),
      ...(right.kind === 'column' ? [{ column: right.name, value: left }] : []),
    ]
  })
}
