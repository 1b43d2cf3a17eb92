import { call } from '../generate/expressions/call.js'
import type { FunctionName } from '../../expression/types.js'
import type { LogicalType, StoredValue } from '../../schema/types.js'
import { boolean, double, fact, integer, json, list, nothing, text } from './notation.js'
import type { ScalarFact } from './notation.js'

const integerType: LogicalType = { name: 'integer' }
const textType: LogicalType = { name: 'text' }
const doubleType: LogicalType = { name: 'double' }
const booleanType: LogicalType = { name: 'boolean' }
const noInteger = nothing(integerType)
const noText = nothing(textType)
const unknown = nothing(booleanType)

/** `and`, `or` of true, false and null, in this order, row by row. */
const kleene: Readonly<Record<'and' | 'or', readonly (boolean | null)[]>> = {
  and: [true, false, null, false, false, false, null, false, null],
  or: [true, true, true, true, false, null, true, null, null],
}
const truths: readonly (boolean | null)[] = [true, false, null]

const comparisons: readonly FunctionName[] = [
  'equal',
  'notEqual',
  'lessThan',
  'lessOrEqual',
  'greaterThan',
  'greaterOrEqual',
]

/** Functions that are null when their first value is (NULL-5). */
const strict: readonly (readonly [FunctionName, ...(readonly (typeof noInteger)[])])[] = [
  ['add', noInteger, integer(1)],
  ['subtract', integer(1), noInteger],
  ['multiply', noInteger, integer(0)],
  ['divide', noInteger, integer(0)],
  ['integerDivide', integer(1), noInteger],
  ['modulo', noInteger, integer(3)],
  ['negate', noInteger],
  ['absolute', noInteger],
  ['length', noText],
  ['lower', noText],
  ['upper', noText],
  ['startsWith', noText, text('')],
  ['endsWith', text('a'), noText],
  ['contains', noText, text('')],
  ['substring', noText, integer(0), integer(1)],
  ['substring', text('a'), noInteger, integer(1)],
  ['substring', text('a'), integer(0), noInteger],
]

/** NULL-2 to NULL-5 and TEXT-6, written out. */
export const nullFacts: readonly ScalarFact[] = [
  ...(['and', 'or'] as const).flatMap((name) =>
    truths.flatMap((left, row) =>
      truths.map((right, column) =>
        fact('NULL-2', name, [boolean(left), boolean(right)], kleene[name][row * 3 + column] ?? null),
      ),
    ),
  ),
  fact('NULL-2', 'not', [boolean(true)], false),
  fact('NULL-2', 'not', [boolean(false)], true),
  fact('NULL-2', 'not', [unknown], null),
  ...comparisons.flatMap((name) => [
    compared(name, null, 1),
    compared(name, 1, null),
    compared(name, null, null),
  ]),
  fact('NULL-3', 'isNull', [noInteger], true),
  fact('NULL-3', 'isNull', [integer(0)], false),
  fact('NULL-3', 'isNull', [text('')], false),
  fact('NULL-3', 'isNull', [json('{}')], false),
  fact('NULL-3', 'isDistinctFrom', [noInteger, integer(0)], true),
  fact('NULL-3', 'isDistinctFrom', [integer(0), noInteger], true),
  fact('NULL-3', 'isDistinctFrom', [noInteger, noInteger], false),
  fact('NULL-3', 'isDistinctFrom', [integer(1), integer(1)], false),
  fact('NULL-3', 'isDistinctFrom', [text('a'), text('A')], true),
  fact('NULL-4', 'in', [integer(1), list(integerType)], false),
  fact('NULL-4', 'in', [noInteger, list(integerType)], false),
  fact('NULL-4', 'in', [noInteger, list(integerType, 1)], null),
  fact('NULL-4', 'in', [integer(1), list(integerType, 2, 1)], true),
  fact('NULL-4', 'in', [integer(3), list(integerType, 2, 1)], false),
  fact('NULL-4', 'in', [double(224_734_312_586_053_696), list(doubleType, 224_734_312_586_053_696)], true),
  fact('NULL-4', 'in', [double(0.1), list(doubleType, 5e-324, 1e21, 0.1)], true),
  fact('NULL-4', 'in', [text('a'), list(textType, 'A', 'a ')], false),
  { rule: 'NULL-4', expression: call('not', [call('in', [noText, list(textType)])]), answer: true },
  ...strict.map(([name, ...inputs]) => fact('NULL-5', name, inputs, null)),
  fact('NULL-5', 'cast', [noInteger], null, { type: textType }),
  fact('NULL-5', 'datePart', [nothing({ name: 'date' })], null, { unit: 'year' }),
  fact('NULL-5', 'truncate', [nothing({ name: 'date' })], null, { unit: 'year' }),
  fact('NULL-5', 'jsonPath', [nothing({ name: 'json' })], null, { type: textType, path: ['a'] }),
  fact('NULL-5', 'coalesce', [noInteger, integer(2)], 2),
  fact('NULL-5', 'coalesce', [integer(1), noInteger], 1),
  fact('NULL-5', 'coalesce', [noInteger, noInteger, integer(3)], 3),
  fact('NULL-5', 'coalesce', [noText, text('')], ''),
  fact('NULL-5', 'case', [unknown, integer(1), integer(2)], 2),
  fact('NULL-5', 'case', [boolean(false), integer(1), boolean(true), integer(2), integer(3)], 2),
  fact('NULL-5', 'case', [boolean(true), noInteger, integer(2)], null),
  fact('NULL-5', 'case', [boolean(false), integer(1), noInteger], null),
  fact('TEXT-6', 'concat', [text('a'), noText], null),
  fact('TEXT-6', 'concat', [noText, text('a')], null),
]

/** With a column on both sides: a null literal cannot be compared. */
function compared(name: FunctionName, left: StoredValue, right: StoredValue): ScalarFact {
  return fact('NULL-2', name, [integer(left), integer(right)], null)
}
