import { failure } from './path.js'
import type { Path } from './path.js'

/** How large expressions and relations may be. Beyond: `LIMIT_EXCEEDED`. */
export const treeLimits = {
  /** Calls around the innermost part of an expression, itself included. */
  expressionDepth: 64,
  /** Nodes from the root of a relation to its furthest leaf. */
  relationDepth: 128,
  /** Nodes of a relation, those of its expressions included. The values of a list count as one. */
  nodes: 10_000,
  /** Values of one list. */
  listValues: 1_000_000,
  /** Keys of one JSON path: as deep as a document can be. */
  jsonPath: 64,
} as const

export function checkExpressionDepth(depth: number, path?: Path): void {
  if (depth <= treeLimits.expressionDepth) return
  throw failure(
    'LIMIT_EXCEEDED',
    `an expression may be nested ${treeLimits.expressionDepth} deep at most: compute parts of it in a select first`,
    path,
  )
}

export function checkNodes(nodes: number, path?: Path): void {
  if (nodes <= treeLimits.nodes) return
  throw failure(
    'LIMIT_EXCEEDED',
    `a relation may have ${treeLimits.nodes} nodes at most, expressions included: split the query, or use in() for many values`,
    path,
  )
}

export function checkRelationDepth(level: number, path?: Path): void {
  if (level <= treeLimits.relationDepth) return
  throw failure('LIMIT_EXCEEDED', `a relation may be nested ${treeLimits.relationDepth} deep at most`, path)
}
