import type { ColumnType } from '../../schema/types.js'
import type { LazyFunction } from './function.js'
import { anyNullable, commonType, printTypes } from './rules.js'

const noCommonType = (values: readonly ColumnType[]) =>
  `takes values of one type, not ${printTypes(values)}: cast them first`

export const conditional = {
  coalesce: {
    arity: [2, Number.POSITIVE_INFINITY],
    typeOf(types) {
      const type = commonType(types.map((argument) => argument.type))
      return type === undefined
        ? noCommonType(types)
        : { type, nullable: types.every(({ nullable }) => nullable) }
    },
    compose: (operands) => (source, parameters) => {
      for (const operand of operands) {
        const value = operand(source, parameters)
        if (value !== null) return value
      }
      return null
    },
  },
  /** when, then, when, then, ..., else: the first `then` whose `when` is true. */
  case: {
    arity: [3, Number.POSITIVE_INFINITY],
    typeOf(types) {
      if (types.length % 2 === 0) return 'takes when, then, when, then, ..., else: an odd number of arguments'
      const isElse = (index: number) => index === types.length - 1
      const conditions = types.filter((_, index) => index % 2 === 0 && !isElse(index))
      const values = types.filter((_, index) => index % 2 === 1 || isElse(index))
      if (conditions.some(({ type }) => type.name !== 'boolean')) {
        return `takes boolean conditions, not ${printTypes(conditions)}`
      }
      const type = commonType(values.map((value) => value.type))
      return type === undefined ? noCommonType(values) : { type, nullable: anyNullable(values) }
    },
    compose: (operands) => {
      const last = operands.length - 1
      return (source, parameters) => {
        for (let index = 0; index < last; index += 2) {
          if (operands[index]!(source, parameters) === true) return operands[index + 1]!(source, parameters)
        }
        return operands[last]!(source, parameters)
      }
    },
  },
} satisfies Record<string, LazyFunction>
