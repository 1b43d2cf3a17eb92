import { properties, proveProperty } from '@holdfast/core/conformance'
import type { Subject } from '@holdfast/core/conformance'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engines } from './engines.ts'
import type { GroundOptions } from './options.ts'

/** The law by which every engine is measured. */
const lawName = 'queries/evaluator'
/** Relations of one run of the law for each unit of its budget. */
const relationsPerRun = 16
/** Relations from one seed. So many make a line of progress. */
const relationsPerRound = 1600

/** What an engine made of the relations. */
export interface GroundResult {
  readonly engine: string
  readonly relations: number
  /** Relations with at least one row in the answer. */
  readonly answered: number
  readonly kinds: ReadonlyMap<string, number>
  readonly differences: readonly string[]
  readonly seconds: number
}

/** Asks the same random relations of each engine and of the evaluator. Every difference is told as it is found, shrunk. */
export async function runGround(
  options: GroundOptions,
  tell: (line: string) => void,
): Promise<readonly GroundResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-ground-'))
  try {
    const results: GroundResult[] = []
    for (const name of options.engines) {
      await using standing = await engines[name]?.(folder)
      if (standing !== undefined) results.push(await askEngine(standing.subject, options, tell))
    }
    return results
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function askEngine(
  subject: Subject,
  { relations, seed }: GroundOptions,
  tell: (line: string) => void,
): Promise<GroundResult> {
  const law = properties.find(({ name }) => name === lawName)
  if (law === undefined) throw new Error(`The suite has no law '${lawName}'.`)
  const started = performance.now()
  const kinds = new Map<string, number>()
  const differences: string[] = []
  let asked = 0
  let answered = 0
  for (let round = 0; asked < relations; round += 1) {
    const runs = Math.ceil(Math.min(relationsPerRound, relations - asked) / relationsPerRun)
    try {
      const result = await proveProperty(law, subject, { runs, seed: seed + round })
      answered += result.nonTrivial
      for (const [kind, times] of result.kinds) kinds.set(kind, (kinds.get(kind) ?? 0) + times)
    } catch (error) {
      const difference = error instanceof Error ? error.message : String(error)
      differences.push(difference)
      tell(difference)
    }
    asked += runs * relationsPerRun
    tell(`${subject.name}: ${asked} of ${relations} relations, ${differences.length} differences`)
  }
  const seconds = (performance.now() - started) / 1000
  return { engine: subject.name, relations: asked, answered, kinds, differences, seconds }
}

/** The result of an engine in a few words. */
export function describeResult(result: GroundResult): string {
  const { engine, relations, answered, kinds, differences, seconds } = result
  const share = (count: number): string => `${((100 * count) / relations).toFixed(1)} %`
  return [
    `${engine}: ${relations} relations in ${seconds.toFixed(0)} s, ${differences.length} differences`,
    `${share(answered)} with rows`,
    ...[...kinds].map(([kind, times]) => `${kind} ${share(times)}`),
  ].join(', ')
}
