import type { Property } from '../property.js'

/** What trying a law came to. */
export interface PropertyResult {
  readonly property: Property
  readonly cases: number
  readonly nonTrivial: number
  readonly kinds: ReadonlyMap<string, number>
  readonly notes: readonly string[]
  readonly milliseconds: number
}

/** A table of all laws that held, one a line, with what each has to tell below it. */
export function describeResults(subject: string, seed: number, results: readonly PropertyResult[]): string {
  const width = Math.max(0, ...results.map(({ property }) => property.name.length))
  const lines = results.flatMap(({ property, cases, nonTrivial, kinds, notes, milliseconds }) => {
    const seen = [...kinds].map(([kind, times]) => `${kind} ${times}`).join(', ')
    const line = [
      `  ${property.name.padEnd(width)}`,
      `${nonTrivial}/${cases}`.padStart(11),
      `${(milliseconds / 1000).toFixed(1)} s`.padStart(8),
      seen === '' ? '' : ` ${seen}`,
    ]
    return [line.join(' '), ...notes.map((note) => `    ${note}`)]
  })
  const total = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  return [
    `${subject}: ${results.length} laws hold, ${(total / 1000).toFixed(1)} s, seed ${seed} (non-trivial/cases)`,
    ...lines,
  ].join('\n')
}
