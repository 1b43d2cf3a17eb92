import type { Expression, FunctionName } from '../../../expression/types.js'
import type { LogicalType, TypeName } from '../../../schema/types.js'
import { call } from './call.js'
import type { ExpressionGenerator, Production } from './generator.js'

const text: LogicalType = { name: 'text' }
const integer: LogicalType = { name: 'integer' }

const readsText: readonly TypeName[] = ['text']

const isText = (type: LogicalType): boolean => type.name === 'text'

/** Text functions. Searched pieces are mostly cut from values that occur. */
export const textProductions: readonly Production[] = [
  ...(['startsWith', 'endsWith', 'contains'] as const).map((name) => ({
    function: name,
    weight: 4,
    reads: readsText,
    gives: (wanted: LogicalType) => wanted.name === 'boolean',
    make: search(name),
  })),
  {
    function: 'length',
    weight: 4,
    reads: readsText,
    gives: (wanted) => wanted.name === 'integer',
    make: ofText('length'),
  },
  { function: 'lower', weight: 4, reads: readsText, gives: isText, make: ofText('lower') },
  { function: 'upper', weight: 4, reads: readsText, gives: isText, make: ofText('upper') },
  { function: 'concat', weight: 4, reads: readsText, gives: isText, make: concatenation },
  { function: 'substring', weight: 5, reads: readsText, gives: isText, make: substring },
]

function ofText(name: FunctionName): Production['make'] {
  return (generator, _wanted, depth) => call(name, [generator.of(text, depth - 1)])
}

function search(name: FunctionName): Production['make'] {
  return (generator, _wanted, depth) =>
    call(name, [
      generator.of(text, depth - 1),
      generator.dice.chance(70) ? piece(generator) : generator.of(text, depth - 1),
    ])
}

/** ASCII letters turned round. */
function inOtherCase(value: string): string {
  return value.replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()))
}

/** Some code points in a row of a value that occurs, or nearly. */
function piece(generator: ExpressionGenerator): Expression {
  const points = [...String(generator.value(text))]
  const start = generator.dice.integer(0, points.length)
  const end = generator.dice.integer(start, Math.min(points.length, start + 2))
  const found = points.slice(start, end).join('')
  return { kind: 'literal', type: text, value: generator.dice.chance(20) ? inOtherCase(found) : found }
}

function concatenation(generator: ExpressionGenerator, _wanted: LogicalType, depth: number): Expression {
  return call('concat', [generator.of(text, depth - 1), generator.of(text, depth - 1)])
}

function substring(generator: ExpressionGenerator, _wanted: LogicalType, depth: number): Expression {
  const position = (): Expression =>
    generator.dice.chance(85)
      ? { kind: 'literal', type: integer, value: generator.dice.integer(-1, 4) }
      : generator.of(integer, depth - 1)
  return call('substring', [generator.of(text, depth - 1), position(), position()])
}
