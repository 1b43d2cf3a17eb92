import { columnsOf } from '@holdfast/core/backend'
import type { JoinNode } from '@holdfast/core/backend'
import { nest, reading, sourcesOf } from '../block.js'
import type { Block } from '../block.js'
import type { Dialect, Scalar } from '../dialect.js'
import { compileExpression } from '../expression.js'
import { balanced, holdsList, leafOf } from '../fragment.js'
import { refuse } from '../refusal.js'

export function compileJoin(node: JoinNode, left: Block, right: Block, dialect: Dialect): Block {
  const apart = node.kind === 'left' && dialect.listsInLeftJoins === false
  const leftSide = isFlat(left) && !(apart && hasLists(left)) ? left : nest(left)
  const fits = fitsRight(node.kind, right) && !overlap(leftSide, right) && !(apart && hasLists(right))
  const rightSide = fits ? right : nest(right)

  const types = columnsOf(node)
  const columns = new Map<string, Scalar>()
  for (const [name, scalar] of [...leftSide.columns, ...rightSide.columns]) {
    columns.set(name, { ...scalar, ...types.get(name)! })
  }
  const condition = compileExpression(node.condition, { dialect, columns }).sql
  if (apart && holdsList(condition)) refuse('a left join by a list')
  // Before a left join the right side's own conditions are part of what matches, not of what is kept.
  const [on, where] =
    node.kind === 'left'
      ? [[condition, ...rightSide.where], leftSide.where]
      : [[condition], [...leftSide.where, ...rightSide.where]]
  const joined = {
    kind: 'join',
    type: node.kind,
    left: leftSide.from,
    right: rightSide.from,
    on: balanced(on, 'AND'),
  } as const
  if (sourcesOf(joined).length > dialect.limits.sources) refuse('too many tables in one join')
  return { ...reading(joined, columns), where }
}

/** Whether a block is nothing but sources, conditions and expressions, and so can be part of another. */
function isFlat({ limit, distinct, windowed, groups }: Block): boolean {
  return limit === undefined && !distinct && !windowed && groups === undefined
}

/** A left join puts nulls in place of the right side's columns, not in place of what they are computed from. */
function fitsRight(kind: JoinNode['kind'], block: Block): boolean {
  if (!isFlat(block) || block.from.kind === 'join') return false
  return kind === 'inner' || [...block.columns.values()].every(({ sql }) => leafOf(sql)?.kind === 'reference')
}

/** Whether what a block brings into a join's condition has lists in it. */
function hasLists({ columns, where }: Block): boolean {
  return where.some(holdsList) || [...columns.values()].some(({ sql }) => holdsList(sql))
}

function overlap(left: Block, right: Block): boolean {
  const known = new Set(sourcesOf(left.from))
  return sourcesOf(right.from).some((source) => known.has(source))
}
