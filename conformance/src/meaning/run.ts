import type { Defect } from './defect.ts'
import { functionDefects } from './function-defects.ts'
import { nodeDefects } from './node-defects.ts'
import { disagreementOf } from './prove.ts'
import type { Kill } from '../mutants/prove.ts'

/** Which engines found a defect of the evaluator. */
export interface MeaningResult {
  readonly defect: Defect
  readonly kills: ReadonlyMap<string, Kill | undefined>
}

/** Judges good engines by each of the defects, or by some of them that the seed picks. */
export async function runMeaning(
  engines: readonly string[],
  settings: { readonly runs: number; readonly seed: number },
  sample: number,
  tell: (line: string) => void,
): Promise<readonly MeaningResult[]> {
  if (engines.length === 0) return []
  const results: MeaningResult[] = []
  for (const defect of picked([...functionDefects, ...nodeDefects], sample, settings.seed)) {
    const kills = new Map<string, Kill | undefined>()
    for (const engine of engines) {
      const kill = await disagreementOf(defect, engine, settings)
      kills.set(engine, kill)
      const outcome = kill === undefined ? 'SURVIVES' : `${kill.law}, case ${kill.cases}`
      tell(`${engine}: ${defect.file}: ${defect.name}: ${outcome}`)
    }
    results.push({ defect, kills })
  }
  return results
}

/** Some of the items, another part of the list for each seed. */
function picked<Item>(items: readonly Item[], count: number, seed: number): readonly Item[] {
  const step = Math.max(1, Math.floor(items.length / Math.min(count, items.length)))
  return items.filter((_, index) => (index + seed) % step === 0).slice(0, count)
}
