import { toUser } from '@holdfast/core/backend'
import type { Call, Expression, FunctionName, LogicalType, StoredValue } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'

/** How people write functions that are not calls, and how tightly they bind: those that bind less get parentheses within. */
const operators: Partial<Readonly<Record<FunctionName, readonly [text: string, strength: number]>>> = {
  or: ['or', 1],
  and: ['and', 2],
  not: ['not', 3],
  isNull: ['is null', 4],
  isDistinctFrom: ['is distinct from', 4],
  in: ['in', 4],
  equal: ['=', 4],
  notEqual: ['<>', 4],
  lessThan: ['<', 4],
  lessOrEqual: ['<=', 4],
  greaterThan: ['>', 4],
  greaterOrEqual: ['>=', 4],
  add: ['+', 5],
  subtract: ['-', 5],
  multiply: ['*', 6],
  divide: ['/', 6],
}

/** An expression in words, for people: `celsius >= -90 and length(station) > 0`. */
export function describeExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'column':
      return expression.name
    case 'literal':
      return describeValue(expression.type, expression.value)
    case 'list':
      return `(${expression.values.map((value) => describeValue(expression.type, value)).join(', ')})`
    case 'parameter':
      return `$${expression.index}`
    case 'call':
      return describeCall(expression)
  }
}

function describeCall({ function: name, arguments: given, options = {} }: Call): string {
  const operator = operators[name]
  if (operator !== undefined) {
    const [text, strength] = operator
    const operands = given.map((operand) => describeOperand(operand, strength))
    if (name === 'not') return `not ${operands.join('')}`
    return name === 'isNull' ? `${operands.join('')} is null` : operands.join(` ${text} `)
  }
  const inputs = [
    ...given.map(describeExpression),
    ...(options.unit === undefined ? [] : [options.unit]),
    ...(options.path === undefined ? [] : [JSON.stringify(options.path)]),
    ...(options.type === undefined ? [] : [options.type.name]),
  ]
  return `${name}(${inputs.join(', ')})`
}

/** In parentheses unless it binds more tightly than what it stands in. */
function describeOperand(expression: Expression, within: number): string {
  const text = describeExpression(expression)
  const [, strength] = (expression.kind === 'call' && operators[expression.function]) || ['', Infinity]
  return strength > within ? text : `(${text})`
}

function describeValue(type: LogicalType, value: StoredValue): string {
  if (value === null) return 'null'
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`
  if (type.name === 'decimal') return String(toUser(type, value))
  if (type.name === 'timestamp') {
    const milliseconds = type.unit === 'ms' ? (value as number) : Number((value as bigint) / 1000n)
    return `'${new Date(milliseconds).toISOString()}'`
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
