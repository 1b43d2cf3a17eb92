import { typeOfExpression } from '../../expression/type-of.js'
import type { Expression } from '../../expression/types.js'
import { columnsOf } from '../../relation/columns-of.js'
import type { Relation, RelationColumns } from '../../relation/types.js'
import type { Dice } from '../random/dice.js'

/** Expressions and relations that mean the same in other words. */

const call = (
  name: Extract<Expression, { kind: 'call' }>['function'],
  ...parts: Expression[]
): Expression => ({
  kind: 'call',
  function: name,
  arguments: parts,
})

/** True, whatever a condition is: it is so, not so, or unknown. */
const always = (condition: Expression): Expression =>
  call('or', condition, call('not', condition), call('isNull', condition))

/** Never true and never null. */
const never = (condition: Expression): Expression => call('not', always(condition))

type Rewriting = (condition: Expression, aside: Expression) => Expression

/** What a condition can be wrapped in without a change of its meaning. */
const wrappings: readonly Rewriting[] = [
  (condition) => call('not', call('not', condition)),
  (condition, aside) => call('and', condition, always(aside)),
  (condition, aside) => call('and', always(aside), condition),
  (condition, aside) => call('or', never(aside), condition),
  (condition, aside) => call('case', aside, condition, condition),
  (condition) => call('and', condition, condition),
  (condition) => call('coalesce', condition, condition),
]

/** The same expression by De Morgan's laws, turned round, or in parts; itself where it has no other form. */
function turned(expression: Expression): Expression {
  if (expression.kind !== 'call') return expression
  const [left, right] = expression.arguments
  switch (expression.function) {
    case 'and':
      return call('not', call('or', ...expression.arguments.map((part) => call('not', part))))
    case 'or':
      return call('not', call('and', ...expression.arguments.map((part) => call('not', part))))
    case 'equal':
      return call('not', call('notEqual', left!, right!))
    case 'notEqual':
      return call('not', call('equal', left!, right!))
    case 'lessThan':
      return call('greaterThan', right!, left!)
    case 'lessOrEqual':
      return call('or', call('lessThan', left!, right!), call('equal', left!, right!))
    case 'greaterThan':
      return call('not', call('lessOrEqual', left!, right!))
    case 'greaterOrEqual':
      return call('lessOrEqual', right!, left!)
    case 'in':
      return right?.kind === 'list' && right.values.length > 1
        ? call(
            'or',
            ...right.values.map((value) =>
              call('equal', left!, { kind: 'literal', type: right.type, value }),
            ),
          )
        : expression
    default:
      return expression
  }
}

/** An equivalent of an expression: its conditions turned and wrapped here and there. */
export function equivalent(dice: Dice, expression: Expression, columns: RelationColumns): Expression {
  if (expression.kind !== 'call') return wrapped(dice, expression, columns)
  const parts = expression.arguments.map((part) => equivalent(dice, part, columns))
  const same: Expression = { ...expression, arguments: parts }
  return wrapped(dice, dice.chance(50) ? turned(same) : same, columns)
}

/** Conditions alone can be wrapped. Deep trees are left as they are. */
function wrapped(dice: Dice, expression: Expression, columns: RelationColumns): Expression {
  if (expression.kind === 'list' || !dice.chance(25)) return expression
  if (typeOfExpression(expression, columns).type.name !== 'boolean') return expression
  const flag = [...columns].find(([, { type }]) => type.name === 'boolean')?.[0]
  const aside: Expression =
    flag !== undefined && dice.chance(50)
      ? { kind: 'column', name: flag }
      : call('isNull', { kind: 'column', name: dice.pick([...columns.keys()]) })
  return dice.pick(wrappings)(expression, dice.chance(50) ? expression : aside)
}

/** The relation with equivalent conditions in its filters and joins, and equivalent expressions in its projections. */
export function equivalentRelation(dice: Dice, relation: Relation): Relation {
  if (relation.node === 'scan') return relation
  if (relation.node === 'join') {
    const [left, right] = [equivalentRelation(dice, relation.left), equivalentRelation(dice, relation.right)]
    const columns = new Map([...columnsOf(left), ...columnsOf(right)])
    return { ...relation, left, right, condition: equivalent(dice, relation.condition, columns) }
  }
  const input = equivalentRelation(dice, relation.input)
  const columns = columnsOf(input)
  if (relation.node === 'filter')
    return { ...relation, input, condition: equivalent(dice, relation.condition, columns) }
  if (relation.node !== 'project') return { ...relation, input }
  const projected = relation.columns.map(({ name, expression }) => ({
    name,
    expression: equivalent(dice, expression, columns),
  }))
  return { ...relation, input, columns: projected }
}

/** The relation with every literal and list replaced. */
export function mapLiterals(
  relation: Relation,
  change: (literal: Extract<Expression, { kind: 'literal' | 'list' }>) => Expression,
): Relation {
  return mapExpressions(relation, (expression) =>
    expression.kind === 'literal' || expression.kind === 'list' ? change(expression) : expression,
  ) as Relation
}

const notExpressions = new Set(['table', 'options', 'values'])

/** Every expression in a tree of nodes changed, from its parts up. */
function mapExpressions(value: unknown, change: (expression: Expression) => Expression): unknown {
  if (Array.isArray(value)) return value.map((item) => mapExpressions(item, change))
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => [
      key,
      notExpressions.has(key) ? member : mapExpressions(member, change),
    ]),
  )
  return 'kind' in copy &&
    typeof copy['kind'] === 'string' &&
    copy['kind'] !== 'inner' &&
    copy['kind'] !== 'left'
    ? change(copy as unknown as Expression)
    : copy
}

/** An expression with its columns replaced. */
export function mapColumnReferences(
  expression: Expression,
  change: (name: string) => Expression,
): Expression {
  if (expression.kind === 'column') return change(expression.name)
  if (expression.kind !== 'call') return expression
  return { ...expression, arguments: expression.arguments.map((part) => mapColumnReferences(part, change)) }
}
