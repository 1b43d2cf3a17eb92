import { catalogue } from './catalogue.ts'
import type { Family } from './mutant.ts'
import { killOf, lawsFrom } from './prove.ts'
import type { Kill } from './prove.ts'

/** What became of a backend with a defect. */
export interface BackendResult {
  readonly family: Family
  readonly name: string
  /** The law that the catalogue expects to break. */
  readonly breaks: string
  readonly kill: Kill | undefined
}

/** Tries on each mutant of some families first the law that it should die of, then the whole suite. */
export async function runMutants(
  families: readonly string[],
  settings: { readonly runs: number; readonly seed: number },
  tell: (line: string) => void,
): Promise<readonly BackendResult[]> {
  const results: BackendResult[] = []
  for (const { family, mutants } of catalogue.filter((one) => families.includes(one.family))) {
    for (const { name, breaks, backend } of mutants) {
      const started = performance.now()
      const kill = await killOf({ name, backend }, settings, lawsFrom(breaks))
      results.push({ family, name, breaks, kill })
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      tell(
        `${family}: ${name}: ${kill === undefined ? 'SURVIVES' : `${kill.law}, case ${kill.cases}`} (${seconds} s)`,
      )
    }
  }
  return results
}
