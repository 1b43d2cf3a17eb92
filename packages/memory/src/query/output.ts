import { compileExpression, generateFunction, typeOfExpression } from '@holdfast/core/backend'
import type {
  Evaluate,
  NamedExpression,
  Parameters,
  RelationColumns,
  StoredRow,
} from '@holdfast/core/backend'
import { copyBytes } from '../storage/fields.js'
import type { Field } from '../storage/fields.js'

/** Makes the row that goes out from one that stays: always a new object that shares nothing that can be changed. */
export type Output = (row: StoredRow, parameters: Parameters) => StoredRow

/** Compiles the columns of an answer over those of its rows. */
export function compileOutput(
  outputs: readonly NamedExpression[],
  types: RelationColumns,
  fieldOf: (name: string) => Field,
): Output {
  const evaluates = outputs.map(({ expression }) => compileExpression(expression, types, fieldOf))
  const output = generateOutput(outputs, evaluates) ?? interpret(outputs, evaluates)
  const bytes = outputs.filter(({ expression }) => typeOfExpression(expression, types).type.name === 'bytes')
  const names = bytes.map(({ name }) => name)
  return names.length === 0 ? output : (row, parameters) => copyBytes(output(row, parameters), names)
}

/** One object literal: a loop that sets column by column takes several times as long. */
function generateOutput(
  outputs: readonly NamedExpression[],
  evaluates: readonly Evaluate<StoredRow>[],
): Output | undefined {
  const values: Record<string, unknown> = {}
  const fields = outputs.map(({ name, expression }, place) => {
    if (expression.kind === 'column')
      return `${JSON.stringify(name)}: row[${JSON.stringify(expression.name)}]`
    values[`evaluate${place}`] = evaluates[place]
    return `${JSON.stringify(name)}: evaluate${place}(row, parameters)`
  })
  return generateFunction<Output>(['row', 'parameters'], `return { ${fields.join(', ')} }`, values)
}

function interpret(outputs: readonly NamedExpression[], evaluates: readonly Evaluate<StoredRow>[]): Output {
  return (row, parameters) => {
    const made: StoredRow = {}
    outputs.forEach(({ name }, place) => (made[name] = evaluates[place]!(row, parameters)))
    return made
  }
}
