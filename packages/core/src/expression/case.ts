import { conditionOf, literalOf, operandOf, selfTypedLiteral, typeArgument } from './arguments.js'
import { ColumnExpression } from './builder.js'
import { TypedExpression } from './node.js'
import { Unfinished } from './unfinished.js'
import type { Column } from '../schema/columns.js'
import type { TypeName } from '../schema/types.js'
import type { Condition, NullOf, Operand, OperandValue, SelfTyped, SelfTypedName } from './operands.js'

/**
 * A plain value as an expression of a type: `literal(integer(), 1)`, `literal(decimal(10, 2), '9.50')`. Null gives the null
 * of the type.
 *
 * @throws HoldfastError `INVALID_VALUE` when the value does not belong to the type
 */
export function literal<Value, Name extends TypeName, const Given extends Value | null>(
  type: Column<Value, Name>,
  value: Given,
): ColumnExpression<Value | NullOf<Given>, Name> {
  return new ColumnExpression(literalOf(typeArgument(type, 'literal'), value, 'literal'))
}

/** What the first value of a case can be: an expression, or a plain value that tells its type. */
type First = ColumnExpression | SelfTyped[keyof SelfTyped]
type FirstValue<Value> = Value extends ColumnExpression<infer Of, TypeName> ? Of : Widened<Value>
type FirstName<Value> = Value extends ColumnExpression<unknown, infer Name> ? Name : SelfTypedName<Value>
type Widened<Value> = SelfTyped[SelfTypedName<Value>]

/**
 * Begins a choice by conditions: `caseWhen(row.celsius.gt(30), 'hot').when(row.celsius.gt(15), 'mild').otherwise('cold')`.
 * The first value decides the type of all; a number must say which it is, as in `literal(integer(), 1)`.
 *
 * @throws HoldfastError `TYPE_MISMATCH`, `INVALID_VALUE`
 */
export function caseWhen<Value extends First>(
  condition: Condition,
  value: Value,
): CaseBuilder<FirstValue<Value>, FirstName<Value>> {
  const first: TypedExpression = TypedExpression.is(value) ? value : selfTypedLiteral(value, 'caseWhen')
  return new CaseBuilder([conditionOf(condition, 'caseWhen'), first])
}

/** A choice that still needs its `otherwise`. */
export class CaseBuilder<Value, Name extends TypeName> extends Unfinished {
  readonly #operands: readonly TypedExpression[]

  constructor(operands: readonly TypedExpression[]) {
    super('.otherwise(value)')
    this.#operands = operands
  }

  /** The value where this condition is true and none before it was. */
  when<Then extends Operand<Value, Name> | null>(
    condition: Condition,
    value: Then,
  ): CaseBuilder<Value | NullOf<OperandValue<Then>>, Name> {
    return new CaseBuilder([...this.#operands, conditionOf(condition, 'when'), this.#valueOf(value, 'when')])
  }

  /** The value where no condition is true; null is one. */
  otherwise<Else extends Operand<Value, Name> | null>(
    value: Else,
  ): ColumnExpression<Value | NullOf<OperandValue<Else>>, Name> {
    return new ColumnExpression(
      TypedExpression.call('case', [...this.#operands, this.#valueOf(value, 'otherwise')]),
    )
  }

  #valueOf(value: unknown, where: string): TypedExpression {
    return operandOf(this.#operands[1]!.columnType.type, value, where)
  }
}
