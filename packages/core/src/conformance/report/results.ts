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

/** How many of the laws that took the longest are named. */
const dearestNamed = 3

/** A table of all laws that held, one a line, with what each has to tell below it. */
export function describeResults(subject: string, seed: number, results: readonly PropertyResult[]): string {
  const width = Math.max(0, ...results.map(({ property }) => property.name.length))
  const lines = results.flatMap(({ property, cases, nonTrivial, kinds, notes, milliseconds }) => {
    const seen = [...kinds].map(([kind, times]) => `${kind} ${times}`).join(', ')
    const line = [
      `  ${property.name.padEnd(width)}`,
      `${nonTrivial}/${cases}`.padStart(11),
      seconds(milliseconds).padStart(8),
      seen === '' ? '' : ` ${seen}`,
    ]
    return [line.join(' '), ...notes.map((note) => `    ${note}`)]
  })
  const total = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const dearest = results
    .toSorted((left, right) => right.milliseconds - left.milliseconds)
    .slice(0, dearestNamed)
    .map(({ property, milliseconds }) => `${property.name} ${seconds(milliseconds)}`)
  return [
    `${subject}: ${results.length} laws hold, ${seconds(total)}, seed ${seed} (non-trivial/cases)`,
    ...lines,
    `${subject}: ${seconds(total)}, of which the most for ${dearest.join(', ')}`,
  ].join('\n')
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
