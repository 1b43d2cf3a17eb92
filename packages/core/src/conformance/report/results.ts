import type { Property } from '../property.js'

/** What trying a law came to. */
export interface PropertyResult {
  readonly property: Property
  readonly cases: number
  readonly nonTrivial: number
  readonly kinds: ReadonlyMap<string, number>
  readonly milliseconds: number
}

/** A table of all laws that held, one a line. */
export function describeResults(subject: string, seed: number, results: readonly PropertyResult[]): string {
  const width = Math.max(0, ...results.map(({ property }) => property.name.length))
  const lines = results.map(({ property, cases, nonTrivial, kinds, milliseconds }) => {
    const seen = [...kinds].map(([kind, times]) => `${kind} ${times}`).join(', ')
    return [
      `  ${property.name.padEnd(width)}`,
      `${nonTrivial}/${cases}`.padStart(11),
      `${(milliseconds / 1000).toFixed(1)} s`.padStart(8),
      seen === '' ? '' : ` ${seen}`,
    ].join(' ')
  })
  const total = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  return [
    `${subject}: ${results.length} laws hold, ${(total / 1000).toFixed(1)} s, seed ${seed} (non-trivial/cases)`,
    ...lines,
  ].join('\n')
}
