import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Parameters } from '../backend/types.js'
import type { RelationColumns } from '../relation/types.js'
import { isStored } from '../schema/values.js'
import type { StoredRow, StoredValue } from '../schema/types.js'
import { compileCondition, compileExpression, compileRowExpression } from './compile.js'
import { functions } from './functions/index.js'
import { conjuncts, mapColumns } from './node.js'
import { expressionFrom, material } from './testing/expressions.js'
import { columns, row, storedRow } from './testing/rows.js'
import { storedRows } from './testing/values.js'
import { typeOfExpression } from './type-of.js'
import type { Expression } from './types.js'

const rows = storedRows(columns)

/** The expression with its literals and lists as parameters, as the planner makes it. */
function parameterised(expression: Expression, values: (StoredValue | readonly StoredValue[])[]): Expression {
  if (expression.kind === 'literal' && expression.value !== null) {
    return { kind: 'parameter', index: values.push(expression.value) - 1, type: expression.type }
  }
  if (expression.kind === 'list') {
    return { kind: 'parameter', index: values.push(expression.values) - 1, type: expression.type, list: true }
  }
  if (expression.kind !== 'call') return expression
  return { ...expression, arguments: expression.arguments.map((argument) => parameterised(argument, values)) }
}

/** The expression with the columns of a row as literals, but for nulls, which may not be compared. */
function folded(expression: Expression, values: StoredRow, types: RelationColumns): Expression {
  return mapColumns(expression, (reference) => {
    const value = values[reference.name]!
    return value === null ? reference : { kind: 'literal', type: types.get(reference.name)!.type, value }
  })
}

function functionsIn(expression: Expression): string[] {
  return expression.kind === 'call' ? [expression.function, ...expression.arguments.flatMap(functionsIn)] : []
}

test('every random expression gives a value of its type, and null only where its type says so', () => {
  const used = new Set<string>()
  fc.assert(
    fc.property(material, rows, (made, values) => {
      const expression = expressionFrom(made, columns)
      functionsIn(expression).forEach((name) => used.add(name))
      const { type, nullable } = typeOfExpression(expression, columns)
      const value = compileRowExpression(expression, columns)(values, [])
      expect(value === null ? nullable : isStored(type, value)).toBe(true)
    }),
    { numRuns: 3000 },
  )
  expect([...used].sort()).toEqual(Object.keys(functions).sort())
})

test('literals, parameters and columns give the same answers', () => {
  fc.assert(
    fc.property(material, rows, (made, values) => {
      const expression = expressionFrom(made, columns)
      const answer = compileRowExpression(expression, columns)(values, [])
      const parameters: (StoredValue | readonly StoredValue[])[] = []
      const shape = parameterised(expression, parameters)
      expect(compileRowExpression(shape, columns)(values, parameters)).toEqual(answer)
      expect(compileRowExpression(folded(expression, values, columns), columns)(values, [])).toEqual(answer)
    }),
    { numRuns: 1000 },
  )
})

test('a condition passes only what is true, and so do all its conjuncts together', () => {
  fc.assert(
    fc.property(material, rows, (made, values) => {
      const condition = expressionFrom(made, columns, 'boolean')
      const answer = compileRowExpression(condition, columns)(values, [])
      const passes = (part: Expression) => compileCondition(part, columns)(values, [])
      expect(passes(condition)).toBe(answer === true)
      expect(conjuncts(condition).every(passes)).toBe(answer === true)
    }),
    { numRuns: 500 },
  )
})

describe('compileExpression', () => {
  test('asks once for each column and reads it from any source', () => {
    const asked: string[] = []
    const evaluate = compileExpression<readonly StoredValue[]>(
      row.number.add(row.other).expression,
      columns,
      (name) => {
        asked.push(name)
        const position = name === 'number' ? 0 : 1
        return (source) => source[position]!
      },
    )
    expect([evaluate([1, 2], []), evaluate([3, 4], []), evaluate([null, 4], [])]).toEqual([3, 7, null])
    expect(asked).toEqual(['number', 'other'])
  })

  test('gives each run the lists of its own parameters', () => {
    const isOneOf: Expression = {
      kind: 'call',
      function: 'in',
      arguments: [
        { kind: 'column', name: 'number' },
        { kind: 'parameter', index: 0, type: { name: 'integer' }, list: true },
      ],
    }
    const passes = compileCondition(isOneOf, columns)
    const run = (list: readonly number[], parameters: Parameters = [list]) =>
      passes(storedRow({ number: 1 }), parameters)
    expect([run([1]), run([2]), run([]), run([2, 1])]).toEqual([true, false, false, true])
  })

  test('refuses what does not fit', () => {
    expect(() => compileRowExpression({ kind: 'column', name: 'nmber' }, columns)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_COLUMN' }),
    )
  })
})
