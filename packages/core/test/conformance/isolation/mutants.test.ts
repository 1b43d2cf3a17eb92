import { describe, expect, test } from 'vitest'
import type { Backend } from '../../../src/backend/types.js'
import { properties, proveProperty } from '../../../src/conformance/index.js'
import type { Property, PropertyResult } from '../../../src/conformance/index.js'
import { dirtyBackend } from './dirty-backend.js'
import { optimisticBackend } from './optimistic-backend.js'

const seed = Math.trunc(Math.random() * 2 ** 31)

function lawOf(name: string): Property {
  const law = properties.find((property) => property.name === name)
  if (law === undefined) throw new Error(`There is no law ${name}.`)
  return law
}

const scripts = lawOf('isolation/scripts')
const histories = lawOf('isolation/histories')

function prove(law: Property, backend: () => Backend): Promise<PropertyResult> {
  return proveProperty(law, { name: 'subject', backend }, { runs: 100, seed })
}

/** An engine with a defect, what its failure says by scripts (where they see it) and what it says by histories. */
const mutants: readonly (readonly [string, () => Backend, RegExp | undefined, RegExp])[] = [
  ['shows what is not committed and undoes nothing', dirtyBackend, /show G1a|show G0/, /show an anomaly/],
  [
    'shows what is committed meanwhile',
    () => optimisticBackend({ readsOn: true }),
    /show (PMP|G-single)/,
    /show an anomaly/,
  ],
  [
    'lets the last of two changes win',
    () => optimisticBackend({ unchecked: true }),
    /show P4|show G0/,
    /lost append/,
  ],
  [
    'says serializable and gives snapshots',
    () => optimisticBackend({ declares: 'serializable' }),
    /'serializable' show G2/,
    /'serializable' show an anomaly, G2-item/,
  ],
  ['forgets a commit', () => optimisticBackend({ forgets: 7 }), undefined, /breaks isolation.histories/],
  ['shows an old state', () => optimisticBackend({ stale: true }), undefined, /show an anomaly/],
  [
    'shows a half of a commit',
    () => optimisticBackend({ torn: true }),
    undefined,
    /breaks isolation.histories/,
  ],
]

describe('the laws of isolation bite', { timeout: 120_000 }, () => {
  const seen = mutants.flatMap(([name, backend, byScripts, byHistories]) => [
    ...(byScripts === undefined
      ? []
      : [[name, scripts.name, { law: scripts, backend, message: byScripts }] as const]),
    [name, histories.name, { law: histories, backend, message: byHistories }] as const,
  ])
  test.each(seen)('an engine that %s breaks %s', async (_name, _law, { law, backend, message }) => {
    await expect(prove(law, backend), `seed ${seed}`).rejects.toThrow(message)
  })

  test('an engine of snapshots passes, and shows what they permit', async () => {
    const { notes } = await prove(scripts, () => optimisticBackend())
    const [, ...rows] = notes.map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(2, -1),
    )
    const verdicts = [...Array.from({ length: 11 }, () => 'prevented'), 'shown', 'shown', 'shown']
    expect(rows).toEqual([
      ['default', ...verdicts],
      ['snapshot', ...verdicts],
    ])
    const { kinds } = await prove(histories, () => optimisticBackend())
    expect(kinds.get('permitted G2-item'), `seed ${seed}`).toBeGreaterThan(0)
    expect(kinds.get('refused'), `seed ${seed}`).toBeGreaterThan(0)
  })
})
