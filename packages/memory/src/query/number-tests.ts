import type { Numbers } from '../storage/column-reader.js'
import type { Comparison } from './pins.js'

/** Keeps of `count` positions those whose number passes, at the beginning of the same array; returns how many. */
export type NumberTest = (numbers: Numbers, bound: number, positions: Uint16Array, count: number) => number

/** What the least and the greatest number of a chunk decide alone. */
interface Verdict {
  readonly none: (numbers: Numbers, bound: number) => boolean
  readonly all: (numbers: Numbers, bound: number) => boolean
}

// The loops differ in one operator only: a test that is passed in as a function would be called for each row.
// Each position is written before it is known whether it stays, which saves a branch that nobody can predict.

const loops: Record<Exclude<Comparison, 'in'>, NumberTest> = {
  equal({ values }, bound, positions, count) {
    let kept = 0
    for (let index = 0; index < count; index++) {
      const position = positions[index]!
      positions[kept] = position
      kept += values[position]! === bound ? 1 : 0
    }
    return kept
  },
  lessThan({ values }, bound, positions, count) {
    let kept = 0
    for (let index = 0; index < count; index++) {
      const position = positions[index]!
      positions[kept] = position
      kept += values[position]! < bound ? 1 : 0
    }
    return kept
  },
  lessOrEqual({ values }, bound, positions, count) {
    let kept = 0
    for (let index = 0; index < count; index++) {
      const position = positions[index]!
      positions[kept] = position
      kept += values[position]! <= bound ? 1 : 0
    }
    return kept
  },
  greaterThan({ values }, bound, positions, count) {
    let kept = 0
    for (let index = 0; index < count; index++) {
      const position = positions[index]!
      positions[kept] = position
      kept += values[position]! > bound ? 1 : 0
    }
    return kept
  },
  greaterOrEqual({ values }, bound, positions, count) {
    let kept = 0
    for (let index = 0; index < count; index++) {
      const position = positions[index]!
      positions[kept] = position
      kept += values[position]! >= bound ? 1 : 0
    }
    return kept
  },
}

const verdicts: Record<keyof typeof loops, Verdict> = {
  equal: {
    none: ({ least, greatest }, bound) => bound < least || bound > greatest,
    all: ({ least, greatest }, bound) => least === bound && greatest === bound,
  },
  lessThan: { none: ({ least }, bound) => least >= bound, all: ({ greatest }, bound) => greatest < bound },
  lessOrEqual: { none: ({ least }, bound) => least > bound, all: ({ greatest }, bound) => greatest <= bound },
  greaterThan: { none: ({ greatest }, bound) => greatest <= bound, all: ({ least }, bound) => least > bound },
  greaterOrEqual: {
    none: ({ greatest }, bound) => greatest < bound,
    all: ({ least }, bound) => least >= bound,
  },
}

/** The test of a comparison, which looks at single numbers only where their bounds do not decide. */
export function numberTest(comparison: Exclude<Comparison, 'in'>): NumberTest {
  const loop = loops[comparison]
  const { none, all } = verdicts[comparison]
  return (numbers, bound, positions, count) => {
    if (none(numbers, bound)) return 0
    if (!numbers.hasNull && all(numbers, bound)) return count
    return loop(numbers, bound, positions, count)
  }
}
