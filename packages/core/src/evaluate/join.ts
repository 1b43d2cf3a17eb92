import type { Batch, Parameters } from '../backend/types.js'
import { compileCondition, compileRowExpression } from '../expression/compile.js'
import { conjuncts } from '../expression/node.js'
import { typeOfExpression } from '../expression/type-of.js'
import type { Expression } from '../expression/types.js'
import type { JoinNode, RelationColumns } from '../relation/types.js'
import type { Identity } from '../schema/compare.js'
import { tupleIdentity } from '../schema/compare.js'
import type { StoredRow } from '../schema/types.js'
import { conjunction, readsOnly } from './conditions.js'
import { batchSize, collect } from './operator.js'
import type { Operator } from './operator.js'

/**
 * Holds the right side and passes the left one by, so that rows come in the order of the left side and, for each of its
 * rows, of the right. Equalities between the sides find the rows by hash; what else the condition says is tried on each.
 */
export function joinOperator(node: JoinNode, left: RelationColumns, right: RelationColumns): Operator {
  const both: RelationColumns = new Map([...left, ...right])
  const { equalities, rest } = partsOf(node.condition, left, right)
  const index = indexRight(equalities, left, right)
  const passes = rest.length === 0 ? undefined : compileCondition(conjunction(rest), both)
  const unmatched: StoredRow = Object.fromEntries([...right.keys()].map((name) => [name, null]))

  return async function* ([leftInput, rightInput], parameters) {
    const rightRows = await collect(rightInput!)
    if (rightRows.length === 0 && node.kind === 'inner') return
    const find = index(rightRows, parameters)
    let output: Batch = []
    for await (const batch of leftInput!) {
      for (const row of batch) {
        let matched = false
        for (const candidate of find(row)) {
          const joined = { ...row, ...candidate }
          if (passes !== undefined && !passes(joined, parameters)) continue
          matched = true
          output.push(joined)
          if (output.length < batchSize) continue
          yield output
          output = []
        }
        if (!matched && node.kind === 'left') output.push({ ...row, ...unmatched })
      }
      if (output.length === 0) continue
      yield output
      output = []
    }
  }
}

interface Equality {
  readonly left: Expression
  readonly right: Expression
}

/** Takes the equalities between one side and the other out of a condition. */
function partsOf(condition: Expression, left: RelationColumns, right: RelationColumns) {
  const equalities: Equality[] = []
  const rest: Expression[] = []
  const onlyLeft = (expression: Expression) => readsOnly(expression, (name) => left.has(name))
  const onlyRight = (expression: Expression) => readsOnly(expression, (name) => right.has(name))
  for (const conjunct of conjuncts(condition)) {
    const [one, other] = conjunct.kind === 'call' && conjunct.function === 'equal' ? conjunct.arguments : []
    if (one === undefined || other === undefined) rest.push(conjunct)
    else if (onlyLeft(one) && onlyRight(other)) equalities.push({ left: one, right: other })
    else if (onlyLeft(other) && onlyRight(one)) equalities.push({ left: other, right: one })
    else rest.push(conjunct)
  }
  return { equalities, rest }
}

type Find = (row: StoredRow) => readonly StoredRow[]

const none: readonly StoredRow[] = []

/** Gives the right rows that fulfil all equalities with a left row; without equalities all of them. */
function indexRight(equalities: readonly Equality[], left: RelationColumns, right: RelationColumns) {
  if (equalities.length === 0)
    return (rows: readonly StoredRow[]): Find =>
      () =>
        rows
  const keyOfLeft = compileKey(
    equalities.map((equality) => equality.left),
    left,
  )
  const keyOfRight = compileKey(
    equalities.map((equality) => equality.right),
    right,
  )
  return (rows: readonly StoredRow[], parameters: Parameters): Find => {
    const found = new Map<Identity, StoredRow[]>()
    for (const row of rows) {
      const key = keyOfRight(row, parameters)
      if (key === undefined) continue
      const bucket = found.get(key)
      if (bucket === undefined) found.set(key, [row])
      else bucket.push(row)
    }
    return (row) => {
      const key = keyOfLeft(row, parameters)
      return key === undefined ? none : (found.get(key) ?? none)
    }
  }
}

/** One identity for several values; undefined where one of them is null, which equals nothing (NULL-2). */
function compileKey(expressions: readonly Expression[], columns: RelationColumns) {
  const values = expressions.map((expression) => compileRowExpression(expression, columns))
  const identityOf = tupleIdentity(expressions.map((one) => typeOfExpression(one, columns).type))
  return (row: StoredRow, parameters: Parameters): Identity | undefined => {
    const key = values.map((value) => value(row, parameters))
    return key.includes(null) ? undefined : identityOf(key)
  }
}
