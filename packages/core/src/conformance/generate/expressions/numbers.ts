import type { Expression, FunctionName } from '../../../expression/types.js'
import type { LogicalType, TypeName } from '../../../schema/types.js'
import { isNumeric } from '../types.js'
import { call } from './call.js'
import type { ExpressionGenerator, Production } from './generator.js'

const numericNames: readonly TypeName[] = ['integer', 'bigint', 'double', 'decimal']

const isWhole = (type: LogicalType): boolean => type.name === 'integer' || type.name === 'bigint'
const isDouble = (type: LogicalType): boolean => type.name === 'double'

/** Arithmetic: `add` and `subtract` of decimals give precision 18, `multiply` and `divide` do not take them (NUM-1). */
export const numberProductions: readonly Production[] = [
  ...(['add', 'subtract'] as const).map((name) => ({
    function: name,
    weight: 5,
    reads: numericNames,
    gives: (wanted: LogicalType) =>
      isNumeric(wanted) && !(wanted.name === 'decimal' && wanted.precision < 18),
    make: addition(name),
  })),
  { function: 'multiply', weight: 4, reads: numericNames, gives: isMultiplied, make: binary('multiply') },
  {
    function: 'integerDivide',
    weight: 4,
    reads: ['integer', 'bigint'],
    gives: isWhole,
    make: binary('integerDivide'),
  },
  { function: 'modulo', weight: 4, reads: ['integer', 'bigint'], gives: isWhole, make: binary('modulo') },
  { function: 'divide', weight: 5, reads: ['integer', 'bigint', 'double'], gives: isDouble, make: division },
  { function: 'negate', weight: 2, reads: numericNames, gives: isNumeric, make: unary('negate') },
  { function: 'absolute', weight: 2, reads: numericNames, gives: isNumeric, make: unary('absolute') },
]

function isMultiplied(type: LogicalType): boolean {
  return isNumeric(type) && type.name !== 'decimal'
}

function unary(name: FunctionName): Production['make'] {
  return (generator, wanted, depth) => call(name, [generator.of(wanted, depth - 1)])
}

function binary(name: FunctionName): Production['make'] {
  return (generator, wanted, depth) =>
    call(name, [generator.of(wanted, depth - 1), generator.of(wanted, depth - 1)])
}

function addition(name: FunctionName): Production['make'] {
  return (generator, wanted, depth) => {
    const other = wanted.name === 'decimal' ? narrower(generator, wanted.scale) : wanted
    const sides = [generator.of(wanted, depth - 1), generator.of(other, depth - 1)]
    return call(name, generator.dice.chance(50) ? sides : sides.reverse())
  }
}

function narrower(generator: ExpressionGenerator, scale: number): LogicalType {
  return { name: 'decimal', precision: 18, scale: generator.dice.integer(0, scale) }
}

function division(generator: ExpressionGenerator, _wanted: LogicalType, depth: number): Expression {
  const type = generator.typeAmong([{ name: 'integer' }, { name: 'bigint' }, { name: 'double' }])
  return call('divide', [generator.of(type, depth - 1), generator.of(type, depth - 1)])
}
