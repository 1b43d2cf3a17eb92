import { generateFunction } from '@holdfast/core/backend'
import type { Numbers } from '../storage/column-reader.js'
import type { Comparison } from './pins.js'

/** A comparison of two numbers. */
export type NumberComparison = Exclude<Comparison, 'in'>

/** Keeps of `count` positions those whose number passes, at the beginning of the same array; returns how many. */
export type NumberTest = (numbers: Numbers, bound: number, positions: Uint16Array, count: number) => number

type Loop = (values: Float64Array, bound: number, positions: Uint16Array, count: number) => number
type Decide = (numbers: Numbers, bound: number) => boolean

interface Meaning {
  readonly operator: string
  readonly passes: (value: number, bound: number) => boolean
  /** Whether the least and the greatest number show that none passes, or all. */
  readonly none: Decide
  readonly all: Decide
}

const meanings: Record<NumberComparison, Meaning> = {
  equal: {
    operator: '===',
    passes: (value, bound) => value === bound,
    none: ({ least, greatest }, bound) => bound < least || bound > greatest,
    all: ({ least, greatest }, bound) => least === bound && greatest === bound,
  },
  lessThan: {
    operator: '<',
    passes: (value, bound) => value < bound,
    none: ({ least }, bound) => least >= bound,
    all: ({ greatest }, bound) => greatest < bound,
  },
  lessOrEqual: {
    operator: '<=',
    passes: (value, bound) => value <= bound,
    none: ({ least }, bound) => least > bound,
    all: ({ greatest }, bound) => greatest <= bound,
  },
  greaterThan: {
    operator: '>',
    passes: (value, bound) => value > bound,
    none: ({ greatest }, bound) => greatest <= bound,
    all: ({ least }, bound) => least > bound,
  },
  greaterOrEqual: {
    operator: '>=',
    passes: (value, bound) => value >= bound,
    none: ({ greatest }, bound) => greatest < bound,
    all: ({ least }, bound) => least >= bound,
  },
}

/** The test of a comparison, which looks at single numbers only where the least and the greatest do not decide. */
export function numberTest(comparison: NumberComparison): NumberTest {
  const { operator, passes, none, all } = meanings[comparison]
  const ofAll = generateLoop(operator, 'index') ?? interpret(passes)
  const ofSome = generateLoop(operator, 'positions[index]') ?? interpret(passes)
  return (numbers, bound, positions, count) => {
    const { values, hasNull } = numbers
    if (none(numbers, bound)) return 0
    if (!hasNull && all(numbers, bound)) return count
    return count === values.length
      ? ofAll(values, bound, positions, count)
      : ofSome(values, bound, positions, count)
  }
}

/** Each position is written before it is known whether it stays: that saves a branch that nobody can predict. */
function generateLoop(operator: string, position: string): Loop | undefined {
  return generateFunction<Loop>(
    ['values', 'bound', 'positions', 'count'],
    `let kept = 0
    for (let index = 0; index < count; index++) {
      const position = ${position}
      positions[kept] = position
      kept += values[position] ${operator} bound ? 1 : 0
    }
    return kept`,
  )
}

function interpret(passes: Meaning['passes']): Loop {
  return (values, bound, positions, count) => {
    let kept = 0
    for (let index = 0; index < count; index++) {
      const position = positions[index]!
      if (passes(values[position]!, bound)) positions[kept++] = position
    }
    return kept
  }
}
