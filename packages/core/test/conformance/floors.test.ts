import { describe, expect, test } from 'vitest'
import { properties, proveProperty } from '../../src/conformance/index.js'
import type { Property } from '../../src/conformance/index.js'
import { looksAtTooLittle } from '../../src/conformance/report/floor.js'
import { Tally } from '../../src/conformance/report/tally.js'
import { plainBackend } from './plain-backend.js'

const subject = { name: 'plain', backend: plainBackend }

/** So many runs are enough to count the cases of one. */
const runs = 10
/** What a law gets unless told otherwise. */
const quick = 100

describe('a law that sees trivial cases alone fails at the quick budget:', () => {
  test.each(properties)('$name', async (law) => {
    const seen = new Tally()
    const counted: Property = {
      ...law,
      run: async (bench, budget) => {
        const failure = await law.run(bench, budget)
        for (let round = 0; round < bench.tally.rounds; round += 1) seen.begin()
        for (let index = 0; index < bench.tally.cases; index += 1) seen.add(false)
        return failure
      },
    }
    await proveProperty(counted, subject, { runs, seed: 1 })
    const times = law.floor === 1 ? 1 : quick / runs
    const trivial: Property = {
      ...law,
      run: async ({ tally }) => {
        for (let round = 0; round < Math.floor(seen.rounds * times); round += 1) tally.begin()
        for (let index = 0; index < seen.cases * times; index += 1) tally.add(false)
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
  test('is a share of many cases, and leaves few rounds to chance', () => {
    const of = (cases: number, nonTrivial: number, rounds: number) =>
      looksAtTooLittle({ cases, nonTrivial, rounds }, 0.2)
    expect(of(0, 0, 0)).toBe(true)
    expect(of(1000, 200, 1000)).toBe(false)
    expect(of(1000, 199, 1000)).toBe(true)
    expect(of(2, 0, 2)).toBe(false)
    expect(of(1000, 100, 10)).toBe(false)
    expect(of(40, 0, 40)).toBe(true)
    expect(of(40, 8, 40)).toBe(false)
  })

  test('of written cases is all of them', () => {
    expect(looksAtTooLittle({ cases: 5, nonTrivial: 4, rounds: 0 }, 1)).toBe(true)
    expect(looksAtTooLittle({ cases: 5, nonTrivial: 5, rounds: 0 }, 1)).toBe(false)
  })
})
