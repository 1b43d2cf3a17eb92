import type { StoredValue } from '../../schema/types.js'
import type { Evaluate, LazyFunction, ValueFunction } from './function.js'
import { fixed, logicalTypes } from './rules.js'

/** Kleene's `and` (decided by false) and `or` (decided by true); unknown when undecided and any part is null (NULL-2). */
function kleene(decisive: boolean): LazyFunction {
  return {
    arity: [2, Number.POSITIVE_INFINITY],
    typeOf: fixed(['boolean'], logicalTypes.boolean),
    compose(operands) {
      return operands.length === 2
        ? composeTwo(decisive, operands[0]!, operands[1]!)
        : composeMany(decisive, operands)
    },
  }
}

function composeTwo<Source>(
  decisive: boolean,
  left: Evaluate<Source>,
  right: Evaluate<Source>,
): Evaluate<Source> {
  return (source, parameters) => {
    const first = left(source, parameters)
    if (first === decisive) return decisive
    const second = right(source, parameters)
    return second === decisive ? decisive : first === null || second === null ? null : !decisive
  }
}

function composeMany<Source>(decisive: boolean, operands: readonly Evaluate<Source>[]): Evaluate<Source> {
  return (source, parameters) => {
    let answer: StoredValue = !decisive
    for (const operand of operands) {
      const value = operand(source, parameters)
      if (value === decisive) return decisive
      if (value === null) answer = null
    }
    return answer
  }
}

export const logic = {
  and: kleene(false),
  or: kleene(true),
  not: {
    arity: [1, 1],
    nulls: 'propagate',
    typeOf: fixed(['boolean'], logicalTypes.boolean),
    implement: () => (value: boolean) => !value,
  },
} satisfies Record<string, LazyFunction | ValueFunction>
