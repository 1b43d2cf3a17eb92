import { proveProperty } from '@holdfast/core/conformance'
import type { Backend } from '@holdfast/core/backend'
import { describe, expect, test } from 'vitest'
import { plain, lasting, taking } from './bases.ts'
import { catalogue } from './catalogue.ts'
import { copying } from './copying.ts'
import { writesByCondition } from './families/pushdown.ts'
import { readOptions } from './options.ts'
import { killOf, lawNamed } from './prove.ts'

const seed = Math.trunc(Math.random() * 2 ** 31)
const runs = 100

describe.each(catalogue)('$family: the suite kills a backend that', ({ mutants }) => {
  test.each(mutants)('$name', async ({ name, breaks, backend }) => {
    const kill = await killOf({ name, backend }, { runs, seed }, [lawNamed(breaks)])
    expect(kill?.law, `seed ${seed}`).toBe(breaks)
  })
})

describe('the catalogue', () => {
  test('names each mutant differently', () => {
    const names = catalogue.flatMap(({ mutants }) => mutants.map(({ name }) => name))
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThanOrEqual(60)
  })

  const broken = new Set(catalogue.flatMap(({ mutants }) => mutants.map(({ breaks }) => breaks)))
  const bases: readonly (readonly [string, () => Backend])[] = [
    ['takes nothing', plain],
    ['takes everything', () => taking()],
    ['takes writes by condition', writesByCondition.backend],
    ['copies what a transaction works on', () => copying()],
    ['outlives its handle', () => lasting()],
  ]
  test.each(bases)('spoils good engines: one that %s passes all laws', async (name, backend) => {
    for (const law of broken) {
      const result = await proveProperty(lawNamed(law), { name, backend }, { runs: 4, seed })
      expect(result.cases, law).toBeGreaterThan(0)
    }
  })
})

describe('the command line', () => {
  test('tries everything unless told otherwise', () => {
    expect(readOptions([])).toEqual({
      seed: 1,
      check: false,
      families: catalogue.map(({ family }) => family),
      engines: ['sqlite'],
      sample: Infinity,
    })
    expect(readOptions(['--sample', '3', '--seed', '4'])).toMatchObject({
      check: true,
      families: [],
      sample: 3,
    })
    expect(readOptions(['--family', 'text'])).toMatchObject({ check: true, families: ['text'], engines: [] })
  })

  test('is refused where it is not understood', () => {
    for (const commandLine of [
      ['--family', 'colours'],
      ['--engine', 'oracle'],
      ['--seed', '-'],
      ['--sample', '0'],
    ])
      expect(() => readOptions(commandLine), commandLine.join(' ')).toThrow(RangeError)
    expect(() => readOptions(['--sead', '1'])).toThrow(/sead/)
  })
})
