import type { Parameters } from '../backend/types.js'
import { compileRowExpression } from '../expression/compile.js'
import { conjuncts } from '../expression/node.js'
import { typeOfExpression } from '../expression/type-of.js'
import type { Expression } from '../expression/types.js'
import type { RelationColumns } from '../relation/types.js'
import type { Identity } from '../schema/compare.js'
import { tupleIdentity } from '../schema/compare.js'
import type { StoredRow } from '../schema/types.js'
import { readsOnly } from './conditions.js'

/** What must be equal, of a row of one side; undefined where it equals nothing (NULL-2). */
export type KeyOf = (row: StoredRow, parameters: Parameters) => Identity | undefined

/** What must be equal between the sides of a join. */
export interface JoinKeys {
  readonly ofLeft: KeyOf
  readonly ofRight: KeyOf
}

interface Equality {
  readonly left: Expression
  readonly right: Expression
}

/** Takes the equalities between one side and the other out of a condition. */
export function equalitiesOf(
  condition: Expression,
  left: RelationColumns,
  right: RelationColumns,
): { readonly keys: JoinKeys | undefined; readonly rest: readonly Expression[] } {
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
  if (equalities.length === 0) return { keys: undefined, rest }
  const ofLeft = compileKey(
    equalities.map((equality) => equality.left),
    left,
  )
  const ofRight = compileKey(
    equalities.map((equality) => equality.right),
    right,
  )
  return { keys: { ofLeft, ofRight }, rest }
}

/** Gives the right rows whose key is that of a left row; without keys all of them. */
export type Find = (row: StoredRow) => readonly StoredRow[]

const none: readonly StoredRow[] = []

/** Finds rows of the right side. */
export function finder(rows: readonly StoredRow[], keys: JoinKeys | undefined, parameters: Parameters): Find {
  if (keys === undefined) return () => rows
  const found = new Map<Identity, StoredRow[]>()
  for (const row of rows) {
    const key = keys.ofRight(row, parameters)
    if (key === undefined) continue
    const bucket = found.get(key)
    if (bucket === undefined) found.set(key, [row])
    else bucket.push(row)
  }
  return (row) => {
    const key = keys.ofLeft(row, parameters)
    return key === undefined ? none : (found.get(key) ?? none)
  }
}

/** One identity for several values; undefined where one of them is null, which equals nothing (NULL-2). */
function compileKey(expressions: readonly Expression[], columns: RelationColumns): KeyOf {
  const values = expressions.map((expression) => compileRowExpression(expression, columns))
  const identityOf = tupleIdentity(expressions.map((one) => typeOfExpression(one, columns).type))
  return (row, parameters) => {
    const key = values.map((value) => value(row, parameters))
    return key.includes(null) ? undefined : identityOf(key)
  }
}
