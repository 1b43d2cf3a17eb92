import { describe, expect, test } from 'vitest'
import { proveProperty, readSettings } from '../../src/conformance/index.js'
import { fixedProperty, randomProperty } from '../../src/conformance/property.js'
import type { Property } from '../../src/conformance/property.js'
import { shorter } from '../../src/conformance/random/reduce.js'
import { disagree } from '../../src/conformance/report/disagreement.js'
import { sameRow, sameValue } from '../../src/conformance/report/equal.js'
import { printValue } from '../../src/conformance/report/print.js'
import { withinLimit } from '../../src/conformance/time-limit.js'
import { plainBackend } from './plain-backend.js'

const subject = { name: 'plain', backend: plainBackend }

/** Fails for lists that hold a number over 50. */
const small = (examples: readonly number[][] = []): Property =>
  randomProperty<number[]>({
    name: 'test/small',
    examples,
    rules: ['TYPE-1'],
    floor: 0.5,
    make: (dice) => dice.several(0, 20, () => dice.integer(0, 60)),
    reduce: (values) => shorter(values),
    print: (values) => `check(${printValue(values)})`,
    check: async (bench, values) => {
      bench.tally.add(values.length > 0)
      if (values.some((value) => value > 50)) disagree('a large number', Math.max(...values), 50)
    },
  })

async function messageOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'no error'
}

describe('a failure', () => {
  test.each([
    ['without examples', small()],
    ['after examples that hold', small([[1], [2, 3]])],
    ['of an example', small([[1], [55, 3, 4]])],
  ])(
    'tells the rule, the smallest case, both answers and the line that replays it, %s',
    async (_what, law) => {
      const message = await messageOf(proveProperty(law, subject, { runs: 100, seed: 3 }))
      expect(message).toMatch(/^plain breaks test\/small \[TYPE-1\]\na large number/)
      expect(message).toMatch(/expected:\n {2}50\nreceived:\n {2}5\d|expected:\n {2}50\nreceived:\n {2}60/)
      expect(message).toMatch(/smallest case \(after \d+ reductions\):\n {2}check\(\[\d+\]\)/)
      const [, seed = '', path = ''] =
        /replay: HOLDFAST_SEED=(\d+) HOLDFAST_PATH='test\/small:([\d:]+)'/.exec(message) ?? []
      const settings = readSettings({ HOLDFAST_SEED: seed, HOLDFAST_PATH: `test/small:${path}` })
      expect(settings.replay?.path).not.toBe('')
      const again = await messageOf(proveProperty(law, subject, settings))
      expect(/check\(\[\d+\]\)/.exec(again)?.[0]).toBe(/check\(\[\d+\]\)/.exec(message)?.[0])
    },
  )

  test('of written cases tells the others that fail as well', async () => {
    const fails = async (): Promise<void> => disagree('it is so', 1, 2, ['AGG-1'])
    const both = fixedProperty({
      name: 'test/both',
      rules: [],
      cases: [
        { name: 'first', check: fails },
        { name: 'second', check: async () => undefined },
        { name: 'third', check: fails },
      ],
    })
    const message = await messageOf(proveProperty(both, subject, { runs: 1, seed: 1 }))
    expect(message).toContain('[AGG-1]')
    expect(message).toContain('// first')
    expect(message).toContain('third')
    expect(message).not.toContain('second')
  })

  test('is a property that looked at too little', async () => {
    const idle: Property = { name: 'test/idle', rules: [], floor: 0, run: async () => undefined }
    expect(await messageOf(proveProperty(idle, subject, { runs: 1, seed: 1 }))).toContain('0 of 0 cases')
    const trivial: Property = {
      name: 'test/trivial',
      rules: [],
      floor: 0.5,
      run: async ({ tally }) => {
        for (let index = 0; index < 100; index += 1) tally.add(index < 49)
        return undefined
      },
    }
    expect(await messageOf(proveProperty(trivial, subject, { runs: 1, seed: 1 }))).toContain(
      '49 of 100 cases',
    )
  })

  test('is a call that hangs', async () => {
    const hanging = withinLimit('a call', () => new Promise(() => undefined), 20)
    expect(await messageOf(hanging)).toBe('a call hangs')
  })
})

describe('the settings', () => {
  test('are read from three variables', () => {
    const settings = readSettings({ HOLDFAST_RUNS: '7', HOLDFAST_SEED: '9', HOLDFAST_PATH: 'a/b:1:2' })
    expect(settings).toEqual({ runs: 7, seed: 9, replay: { property: 'a/b', path: '1:2' } })
    expect(readSettings({}).runs).toBeGreaterThan(0)
    expect(readSettings({ HOLDFAST_QUERIES: '64' }).queries).toBe(64)
    expect(readSettings({ HOLDFAST_RUNS: '' }).replay).toBeUndefined()
  })

  test('are refused when they are malformed', () => {
    expect(() => readSettings({ HOLDFAST_RUNS: 'many' })).toThrow(/HOLDFAST_RUNS/)
    expect(() => readSettings({ HOLDFAST_QUERIES: '0' })).toThrow(/HOLDFAST_QUERIES/)
    expect(() => readSettings({ HOLDFAST_RUNS: '0' })).toThrow(RangeError)
    expect(() => readSettings({ HOLDFAST_SEED: '1.5' })).toThrow(/HOLDFAST_SEED/)
  })
})

describe('equality', () => {
  test('is of value and JavaScript type', () => {
    const different: readonly (readonly [unknown, unknown])[] = [
      [0, -0],
      [1, 1n],
      [1, '1'],
      [null, undefined],
      [new Date(0), 0],
      [Buffer.from([1]), Uint8Array.of(1)],
      [[1], [1, 1]],
      [{ a: 1 }, { a: 1, b: undefined }],
      [{ a: 1 }, Object.assign(Object.create(null) as object, { a: 1 })],
      [[], {}],
    ]
    for (const [left, right] of different) {
      expect(sameValue(left, right)).toBe(false)
      expect(sameValue(right, left)).toBe(false)
    }
    const value = (): unknown => ({ a: [1, { b: null }], c: Uint8Array.of(1), d: new Date(5), e: 1n, f: NaN })
    expect(sameValue(value(), value())).toBe(true)
  })

  test('has a tolerance in the columns named only', () => {
    const rows = [
      { x: 1, y: 1 },
      { x: 1 + 1e-12, y: 1 },
    ] as const
    expect(sameRow(...rows, new Set(['x']))).toBe(true)
    expect(sameRow(...rows, new Set(['y']))).toBe(false)
    expect(sameRow({ x: 1 }, { x: 1.001 }, new Set(['x']))).toBe(false)
    expect(sameRow({ x: null }, { x: 0 }, new Set(['x']))).toBe(false)
  })
})

describe('printing', () => {
  test.each([
    [12n, '12n'],
    [-0, '-0'],
    ["it's", "'it\\'s'"],
    ['\u{1f600}\u0000', "'\\ud83d\\ude00\\u0000'"],
    [new Date(0), "new Date('1970-01-01T00:00:00.000Z')"],
    [Uint8Array.of(1, 2), 'Uint8Array.of(1, 2)'],
    [{ a: [1, null], 'b c': undefined }, "{ a: [1, null], 'b c': undefined }"],
  ])('of a value, %#', (value, printed) => {
    expect(printValue(value)).toBe(printed)
  })

  test('of what has no end', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    expect(printValue(cycle)).toContain('…')
  })
})
