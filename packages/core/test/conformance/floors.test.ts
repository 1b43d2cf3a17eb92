import { describe, expect, test } from 'vitest'
import { properties, proveProperty } from '../../src/conformance/index.js'
import type { Property } from '../../src/conformance/index.js'
import { looksAtTooLittle } from '../../src/conformance/report/floor.js'
import { plainBackend } from './plain-backend.js'

const subject = { name: 'plain', backend: plainBackend }

/** So many runs are enough to count the cases of one. */
const runs = 5
/** What a law gets unless told otherwise. */
const quick = 100

describe('a law that sees trivial cases alone fails at the quick budget:', () => {
  test.each(properties)('$name', async (law) => {
    const seen = await proveProperty(law, subject, { runs, seed: 1 })
    const isFixed = law.floor === 1
    const cases = isFixed ? seen.cases : Math.floor((seen.cases * quick) / runs)
    const trivial: Property = {
      ...law,
      run: async ({ tally }) => {
        for (let index = 0; index < cases; index += 1) tally.add(false)
        return undefined
      },
    }
    await expect(proveProperty(trivial, subject, { runs: quick, seed: 1 })).rejects.toThrow(
      'looked at too little',
    )
  })
})

test('every law has a floor', () => {
  for (const { name, floor } of properties) {
    expect(floor, name).toBeGreaterThan(0.1)
    expect(floor, name).toBeLessThanOrEqual(1)
  }
})

describe('a floor', () => {
  test('is a share of many cases, and leaves few ones to chance', () => {
    expect(looksAtTooLittle({ cases: 0, nonTrivial: 0 }, 0.2)).toBe(true)
    expect(looksAtTooLittle({ cases: 1000, nonTrivial: 200 }, 0.2)).toBe(false)
    expect(looksAtTooLittle({ cases: 1000, nonTrivial: 199 }, 0.2)).toBe(true)
    expect(looksAtTooLittle({ cases: 2, nonTrivial: 0 }, 0.2)).toBe(false)
    expect(looksAtTooLittle({ cases: 40, nonTrivial: 0 }, 0.2)).toBe(true)
    expect(looksAtTooLittle({ cases: 40, nonTrivial: 8 }, 0.2)).toBe(false)
  })

  test('of written cases is all of them', () => {
    expect(looksAtTooLittle({ cases: 5, nonTrivial: 4 }, 1)).toBe(true)
    expect(looksAtTooLittle({ cases: 5, nonTrivial: 5 }, 1)).toBe(false)
  })
})
