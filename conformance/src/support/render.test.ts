import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sections } from './capabilities.ts'
import { between, readResults, staleFiles } from './files.ts'
import { readVerdicts } from './measure.ts'
import { readSupportOptions } from './options.ts'
import { renderColumn, renderSupport } from './render.ts'
import { columns, wrap } from './text.ts'
import type { Cell, EngineSupport, Support } from './types.ts'

const ids = sections.flatMap(({ capabilities }) => capabilities.map(({ id }) => id))
const words = ['native', 'core', 'refused', 'yes', 'no', 'waits'] as const

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.constantFrom(...words).map((word) => ({ word })),
  fc.record({
    word: fc.constant('partly' as const),
    core: fc.array(fc.constantFrom('double as text', 'json', 'decimal(18, 4) over sliding frames'), {
      minLength: 1,
      maxLength: 12,
    }),
  }),
)
const whole = fc.nat(1_000_000)
const seen = fc.record({ shown: fc.subarray(['G2-item', 'G2', 'G2 two edges']), of: fc.constant(14) })

const engine: fc.Arbitrary<EngineSupport> = fc.record({
  adapter: fc.constant('0.1.0'),
  version: fc.constantFrom('3.54.1', '18.4'),
  suite: fc.record({ version: fc.constant('0.1.0'), laws: whole, seed: whole }),
  cells: fc
    .tuple(...ids.map(() => cell))
    .map((cells) => Object.fromEntries(ids.map((id, at) => [id, cells[at]!]))),
  limits: fc.record({ maxKeyBytes: whole, maxValueBytes: whole }),
  isolation: fc.dictionary(fc.constantFrom('default', 'snapshot', 'serializable'), seen),
  durability: fc.oneof(
    fc.constantFrom({ kind: 'none' as const }, { kind: 'server' as const }),
    fc.record({
      kind: fc.constant('killed' as const),
      rounds: whole,
      acknowledged: whole,
      inFlight: whole,
      kept: whole,
    }),
  ),
  relations: fc.record({ asked: whole, whole, part: whole, none: whole, overflow: whole }),
})

const support: fc.Arbitrary<Support> = fc
  .subarray(['memory', 'sqlite', 'duckdb', 'postgres'], { minLength: 1 })
  .chain((names) => fc.tuple(...names.map((name) => engine.map((found) => [name, found] as const))))
  .map((engines) => ({ engines: Object.fromEntries(engines) }))

/** The cells of the first table below a heading, by the first cell of their line. */
function tableBelow(text: string, heading: string): ReadonlyMap<string, readonly string[]> {
  const below = text.slice(text.indexOf(`\n## ${heading}\n`))
  const lines = /\|[^]*?(?=\n\n|\n$)/.exec(below)![0].split('\n')
  return new Map(
    lines.map((line) => {
      const [first, ...rest] = line.split('|').slice(1, -1)
      return [first!.trim(), rest.map((part) => part.trim())]
    }),
  )
}

describe('the page', () => {
  test('shows the word of each engine for each capability', () => {
    fc.assert(
      fc.property(support, (results) => {
        const page = renderSupport(results)
        for (const { title, capabilities } of sections) {
          const table = tableBelow(page, title)
          expect(table.get('')).toEqual(Object.keys(results.engines))
          for (const capability of capabilities) {
            const shown = table.get(capability.title)!.map((said) => said.replace(/^partly \d+$/, 'partly'))
            expect(shown).toEqual(
              Object.values(results.engines).map(({ cells }) => cells[capability.id]!.word),
            )
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  test('says in a note of its own what is left to core', () => {
    fc.assert(
      fc.property(support, (results) => {
        const page = renderSupport(results)
        const numbers = [...page.matchAll(/\| partly (\d+)/g)].map(([, number]) => Number(number))
        const notes = [...page.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number))
        expect(numbers).toEqual(numbers.map((_, index) => index + 1))
        expect(notes).toEqual(numbers)
        const partly = Object.values(results.engines).flatMap(({ cells }) => Object.values(cells))
        expect(numbers.length).toBe(partly.filter(({ word }) => word === 'partly').length)
      }),
      { numRuns: 30 },
    )
  })

  test('and the columns fit a terminal', () => {
    fc.assert(
      fc.property(support, (results) => {
        const texts = Object.entries(results.engines).map(([name, found]) => renderColumn(name, found))
        for (const line of [renderSupport(results), ...texts].join('\n').split('\n'))
          expect(line.length).toBeLessThanOrEqual(columns)
      }),
      { numRuns: 30 },
    )
  })

  test('is not written without a cell', () => {
    fc.assert(
      fc.property(engine, fc.constantFrom(...ids), (found, id) => {
        const { [id]: _, ...cells } = found.cells
        const results = { engines: { sqlite: { ...found, cells } } }
        expect(() => renderSupport(results)).toThrow('pnpm support --engine sqlite')
      }),
      { numRuns: 20 },
    )
  })
})

test('wrapping loses no word', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1, maxLength: 80 }), (list) => {
      const lines = wrap(list.join(' '), '  ')
      expect(lines.join('\n').split(/\s+/)).toEqual(list)
      expect(lines.every(({ length }) => length <= columns)).toBe(true)
    }),
  )
})

describe('what stands between the marks', () => {
  const prose = fc.string({ maxLength: 40 }).filter((text) => !text.includes('support:'))
  const marked = (inside: string) => `<!-- support:begin -->${inside}<!-- support:end -->`

  test('is replaced, and nothing else', () => {
    fc.assert(
      fc.property(prose, prose, prose, prose, (before, inside, after, content) => {
        const once = between(`${before}${marked(inside)}${after}`, content)
        expect(once).toBe(`${before}${marked(`\n\n${content}\n\n`)}${after}`)
        expect(between(once, content)).toBe(once)
      }),
    )
  })

  test.each([
    '',
    marked('') + marked(''),
    '<!-- support:end --><!-- support:begin -->',
    '<!-- support:begin -->',
  ])('is missed in %j', (text) => {
    expect(() => between(text, 'x')).toThrow('support:begin')
  })
})

describe('the files of this repository', () => {
  test('are what the results say', () => {
    expect(staleFiles(readResults())).toEqual([])
    expect(Object.keys(readResults().engines)).toEqual(['memory', 'file', 'sqlite', 'duckdb', 'postgres'])
  })

  test('are found out when the results are others', () => {
    const { engines } = readResults()
    const [name, found] = Object.entries(engines)[1]!
    const cells = { ...found.cells, 'relation/sort': { word: 'refused' as const } }
    const changed = { engines: { ...engines, [name]: { ...found, cells } } }
    expect(staleFiles(changed)).toEqual(['SUPPORT.md', `packages/${name}/README.md`])
  })
})

test('verdicts are read as the law prints them', () => {
  const notes = [
    '| engine | isolation | G0 | PMP write | G2 |',
    '| duckdb | default | prevented | prevented | shown |',
    '| duckdb | snapshot | prevented |  | prevented |',
  ]
  expect(readVerdicts(notes)).toEqual({ default: { shown: ['G2'], of: 3 }, snapshot: { shown: [], of: 2 } })
})

test('a command line that is not understood is refused', () => {
  for (const commandLine of [
    ['--engine', 'oracle'],
    ['--engine', 'toString'],
    ['--rounds', '0'],
    ['--seed=-1'],
  ])
    expect(() => readSupportOptions(commandLine)).toThrow(RangeError)
  expect(() => readSupportOptions(['--chek'])).toThrow(/chek/)
  expect(readSupportOptions(['--check', '--seed', '7'])).toMatchObject({ check: true, seed: 7 })
})
