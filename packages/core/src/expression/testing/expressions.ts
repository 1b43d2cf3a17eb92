import fc from 'fast-check'
import type { RelationColumns } from '../../relation/types.js'
import { sameType } from '../../schema/logical-type.js'
import type { LogicalType, StoredValue, TypeName } from '../../schema/types.js'
import { functions } from '../functions/index.js'
import { logicalTypes } from '../functions/rules.js'
import { typeOfExpression } from '../type-of.js'
import type { Call, CallOptions, DateUnit, Expression, FunctionName } from '../types.js'
import { storedValue } from './values.js'

const types: readonly LogicalType[] = [
  { name: 'boolean' },
  { name: 'integer' },
  { name: 'bigint' },
  { name: 'double' },
  { name: 'decimal', precision: 10, scale: 2 },
  { name: 'decimal', precision: 18, scale: 5 },
  { name: 'text' },
  { name: 'bytes' },
  { name: 'date' },
  { name: 'timestamp', unit: 'ms' },
  { name: 'timestamp', unit: 'us' },
  { name: 'uuid' },
  { name: 'json' },
]

const units: readonly DateUnit[] = [
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
  'dayOfWeek',
  'dayOfYear',
]

const names = Object.keys(functions) as FunctionName[]

const step = fc.record({
  function: fc.constantFrom(...names),
  first: fc.nat(),
  others: fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()),
  more: fc.nat({ max: 2 }),
  options: fc.record({
    type: fc.constantFrom(...types),
    unit: fc.constantFrom(...units),
    path: fc.array(fc.oneof(fc.constantFrom('', 'a', 'key'), fc.nat({ max: 2 })), { maxLength: 2 }),
  }),
})

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** What a random expression is made of: values of all types and steps that combine what there is. */
export interface Material {
  readonly literals: readonly StoredValue[]
  readonly lists: readonly (readonly StoredValue[])[]
  readonly steps: readonly Step[]
}

export const material: fc.Arbitrary<Material> = fc.record({
  literals: fc.tuple(...types.map((type) => fc.option(storedValue(type), { nil: null, freq: 8 }))),
  lists: fc.tuple(...types.map((type) => fc.array(storedValue(type), { maxLength: 3 }))),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
})

interface Typed {
  readonly expression: Expression
  readonly type: LogicalType
}

/** A well-typed expression over the columns, of the type wanted or of any. Uses every function sooner or later. */
export function expressionFrom(from: Material, columns: RelationColumns, wanted?: TypeName): Expression {
  const pool: Typed[] = [
    ...types.map((type, index): Typed => ({
      expression: { kind: 'literal', type, value: from.literals[index]! },
      type,
    })),
    ...Array.from(columns, ([name, { type }]): Typed => ({ expression: { kind: 'column', name }, type })),
  ]
  for (const { function: name, ...choices } of from.steps) {
    const first = pool[choices.first % pool.length]!
    const call: Call = {
      kind: 'call',
      function: name,
      arguments: argumentsOf(name, first, pool, choices, from),
      ...optionsOf(name, choices.options),
    }
    const type = typeIfValid(call, columns)
    // Often enough to be used again.
    if (type !== undefined) pool.push(...Array.from({ length: 8 }, () => ({ expression: call, type })))
  }
  return pool.findLast(({ type }) => wanted === undefined || type.name === wanted)!.expression
}

type Choices = Omit<Step, 'function'>

function argumentsOf(
  name: FunctionName,
  first: Typed,
  pool: readonly Typed[],
  { others, more }: Choices,
  { lists }: Material,
): Expression[] {
  const like = (type: LogicalType, choice: number): Expression => {
    const alike = pool.filter((typed) => typed.type.name === type.name)
    return alike[choice % alike.length]!.expression
  }
  if (name === 'in') {
    const values = lists[types.findIndex((type) => sameType(type, first.type))] ?? []
    return [first.expression, { kind: 'list', type: first.type, values }]
  }
  const rest = others.slice(0, Math.min(functions[name].arity[1], functions[name].arity[0] + more) - 1)
  if (name === 'substring')
    return [first.expression, ...rest.map((choice) => like(logicalTypes.integer, choice))]
  if (name !== 'case') return [first.expression, ...rest.map((choice) => like(first.type, choice))]
  const branches = rest.slice(rest.length % 2)
  const branch = (choice: number, index: number) =>
    like(index % 2 === 0 ? logicalTypes.boolean : first.type, choice)
  return [...branches.map(branch), first.expression]
}

function optionsOf(name: FunctionName, options: Required<CallOptions>): { options?: CallOptions } {
  const needed = functions[name].options
  return needed === undefined
    ? {}
    : { options: Object.fromEntries(needed.map((option) => [option, options[option]])) }
}

function typeIfValid(call: Call, columns: RelationColumns): LogicalType | undefined {
  try {
    return typeOfExpression(call, columns).type
  } catch {
    return undefined
  }
}
