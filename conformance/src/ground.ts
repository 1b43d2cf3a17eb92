import { ConformanceError, properties, proveProperty } from '@holdfast/core/conformance'
import type { Property, PropertyResult, Settings, Subject } from '@holdfast/core/conformance'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engines } from './engines.ts'
import type { GroundOptions } from './options.ts'

/** The law by which every engine is measured. */
const lawName = 'queries/evaluator'
/** Runs of the law with one seed, each of which makes one set of tables. So many make a line of progress. */
const runsPerRound = 100

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

/**
 * Asks the same random relations of all engines, side by side, and of the evaluator. Every difference is told as it is
 * found, shrunk, with what the other engines say.
 */
export async function runGround(
  options: GroundOptions,
  tell: (line: string) => void,
): Promise<readonly GroundResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-ground-'))
  await using standing = new AsyncDisposableStack()
  standing.defer(() => rmSync(folder, { recursive: true, force: true }))
  const subjects: Subject[] = []
  for (const name of options.engines) subjects.push(standing.use(await engines[name]!(folder)).subject)
  return await askAll(subjects, options, tell)
}

/** The same of engines that stand already. */
export async function askAll(
  subjects: readonly Subject[],
  { relations, seed, queries }: Omit<GroundOptions, 'engines'>,
  tell: (line: string) => void,
): Promise<readonly GroundResult[]> {
  const law = properties.find(({ name }) => name === lawName)
  if (law === undefined) throw new Error(`The suite has no law '${lawName}'.`)
  const tallies = subjects.map((subject) => new Tally(subject.name))
  let asked = 0
  for (let round = 0; asked < relations; round += 1) {
    const runs = Math.min(runsPerRound, Math.ceil((relations - asked) / queries))
    asked += runs * queries
    for (const [index, subject] of subjects.entries()) {
      const tally = tallies[index]!
      const started = performance.now()
      try {
        tally.count(await proveProperty(law, subject, { runs, seed: seed + round, queries }))
      } catch (error) {
        const difference = await describeDifference(law, error, subject, subjects)
        tally.differences.push(difference)
        tell(difference)
      }
      tally.relations = asked
      tally.seconds += (performance.now() - started) / 1000
    }
    const differences = tallies.reduce((sum, tally) => sum + tally.differences.length, 0)
    tell(`${asked} of ${relations} relations, ${differences} differences`)
  }
  return tallies
}

class Tally implements GroundResult {
  readonly engine: string
  relations = 0
  answered = 0
  readonly kinds = new Map<string, number>()
  readonly differences: string[] = []
  seconds = 0

  constructor(engine: string) {
    this.engine = engine
  }

  count({ nonTrivial, kinds }: PropertyResult): void {
    this.answered += nonTrivial
    for (const [kind, times] of kinds) this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + times)
  }
}

/** The report of a difference, and what each other engine says in the same case. */
async function describeDifference(
  law: Property,
  error: unknown,
  engine: Subject,
  subjects: readonly Subject[],
): Promise<string> {
  if (!(error instanceof ConformanceError)) return error instanceof Error ? error.message : String(error)
  const lines = [error.message, '', 'the others:']
  for (const subject of subjects) {
    if (subject !== engine) lines.push(`  ${subject.name}: ${await answerOf(law, subject, error.replay)}`)
  }
  return lines.join('\n')
}

async function answerOf(law: Property, subject: Subject, replay: Settings): Promise<string> {
  try {
    await proveProperty(law, subject, replay)
    return 'as expected'
  } catch (error) {
    return error instanceof ConformanceError ? error.received : String(error)
  }
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
