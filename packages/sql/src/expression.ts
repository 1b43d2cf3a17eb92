import { functions } from '@holdfast/core/backend'
import type { Call, ColumnType, Expression, FunctionName, LogicalType } from '@holdfast/core/backend'
import type { Dialect, Scalar } from './dialect.js'
import { hole, sql } from './fragment.js'
import type { Fragment, Hole } from './fragment.js'
import { refuse } from './refusal.js'

/** What an expression can name: the columns of its node's input. */
export interface Scope {
  readonly dialect: Dialect
  readonly columns: ReadonlyMap<string, Scalar>
  /** Whether the expression is an operand of another, which may be written more than once. */
  readonly operand?: boolean
}

/** Functions that write each operand once. */
const plainFunctions: ReadonlySet<FunctionName> = new Set(['and', 'or', 'not'])

/** Compiles a type-checked expression, or refuses it. */
export function compileExpression(expression: Expression, scope: Scope): Scalar {
  const scalar = compileNode(expression, scope)
  const { expressionSize, expressionDepth } = scope.dialect.limits
  if (scalar.sql.size > expressionSize) refuse('the SQL of an expression would be too long')
  if (scalar.sql.depth > expressionDepth) refuse('an expression is nested too deeply')
  return scalar
}

function compileNode(expression: Expression, scope: Scope): Scalar {
  switch (expression.kind) {
    case 'column':
      return scope.columns.get(expression.name) ?? refuse(`there is no column "${expression.name}"`)
    case 'literal':
      return expression.value === null
        ? { sql: scope.dialect.null(expression.type), type: expression.type, nullable: true }
        : valueOf({ value: expression.value }, expression.type, scope.dialect)
    case 'parameter':
      if (expression.list === true) return refuse('a list stands alone')
      return valueOf({ index: expression.index }, expression.type, scope.dialect)
    case 'list':
      return refuse('a list stands alone')
    case 'call':
      return expression.function === 'in' ? compileIn(expression, scope) : compileCall(expression, scope)
  }
}

function valueOf(from: Hole['from'], type: LogicalType, dialect: Dialect): Scalar {
  return { sql: hole(from, type, dialect.encode(type)), type, nullable: false }
}

function compileCall(call: Call, scope: Scope): Scalar {
  const render = scope.dialect.functions[call.function] ?? refuse(`${call.function} is not pushed down`)
  const inner = plainFunctions.has(call.function) ? scope : { ...scope, operand: true }
  const args = call.arguments.map((argument) => compileExpression(argument, inner))
  const options = call.options ?? {}
  const result = resultOf(call, args)
  const rendered = render(args, { options, result })
  const whole = 'parts' in rendered ? { sql: rendered } : rendered
  return { ...whole, sql: parenthesized(whole.sql), ...result, ...collectiveOf(args) }
}

function collectiveOf(args: readonly Scalar[]): Pick<Scalar, 'collective'> {
  return args.some(({ collective }) => collective === true) ? { collective: true } : {}
}

/** Core has checked the types already; this is what they come to. */
function resultOf(call: Call, args: readonly ColumnType[]): ColumnType {
  const result = functions[call.function].typeOf(args, call.options ?? {})
  if (typeof result === 'string') return refuse(`${call.function} ${result}`)
  return { type: result.type, nullable: result.nullable }
}

function parenthesized(fragment: Fragment): Fragment {
  return sql`(${fragment})`
}

function compileIn(call: Call, scope: Scope): Scalar {
  const { dialect } = scope
  const value = compileExpression(call.arguments[0]!, { ...scope, operand: true })
  const list = listOf(call.arguments[1]!)
  const encode = dialect.encodeList(list.type)
  if (encode === undefined) return refuse(`a list of ${list.type.name} cannot be bound`)
  const members = hole(list.from, list.type, encode, true)
  const repeatable = scope.operand === true ? dialect.operandMember?.(value, members, list.type) : undefined
  return {
    sql: parenthesized(repeatable ?? dialect.member(value, members, list.type)),
    ...resultOf(call, [value, { type: list.type, nullable: false }]),
    ...collectiveOf([value]),
  }
}

function listOf(expression: Expression): { readonly from: Hole['from']; readonly type: LogicalType } {
  if (expression.kind === 'list') return { from: { value: expression.values }, type: expression.type }
  if (expression.kind === 'parameter') return { from: { index: expression.index }, type: expression.type }
  return refuse('the right side of "in" is not a list')
}
