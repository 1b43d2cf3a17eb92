import { ConformanceError, properties, proveProperty } from '@holdfast/core/conformance'
import type { Property, PropertyResult, Settings, Subject } from '@holdfast/core/conformance'
import type { GroundOptions } from './options.ts'

/** The law by which every engine is measured. */
const lawName = 'queries/evaluator'
/** Runs of the law with one seed, each of which makes one set of tables. So many make a line of progress. */
const runsPerRound = 100

export type Amounts = Pick<GroundOptions, 'relations' | 'seed' | 'queries'>

/** The relations of one round, asked of one engine. */
export interface Turn {
  readonly engine: string
  readonly round: number
  readonly seconds: number
  /** Nothing where there was a difference. */
  readonly answers?: Pick<PropertyResult, 'nonTrivial' | 'kinds'>
  readonly difference?: string
}

export function roundsOf({ relations, queries }: Amounts): number {
  return Math.ceil(relations / (runsPerRound * queries))
}

/** What one round asks. */
export function roundOf(
  { relations, seed, queries }: Amounts,
  round: number,
): Settings & { readonly queries: number } {
  const before = round * runsPerRound
  const runs = Math.min(runsPerRound, Math.ceil(relations / queries) - before)
  return { runs, seed: seed + round, queries }
}

/**
 * Asks the same random relations of all engines, side by side, and of the evaluator: round by round, and in each round of one
 * engine after another.
 *
 * @param first how many turns were taken before
 */
export async function* takeTurns(
  subjects: readonly Subject[],
  amounts: Amounts,
  first = 0,
): AsyncGenerator<Turn, void, void> {
  const law = properties.find(({ name }) => name === lawName)
  if (law === undefined) throw new Error(`The suite has no law '${lawName}'.`)
  for (let turn = first; turn < roundsOf(amounts) * subjects.length; turn += 1) {
    const round = Math.floor(turn / subjects.length)
    const subject = subjects[turn % subjects.length]!
    const started = performance.now()
    const seconds = (): number => (performance.now() - started) / 1000
    try {
      const { nonTrivial, kinds } = await proveProperty(law, subject, roundOf(amounts, round))
      yield { engine: subject.name, round, seconds: seconds(), answers: { nonTrivial, kinds } }
    } catch (error) {
      const difference = await describeDifference(law, error, subject, subjects)
      yield { engine: subject.name, round, seconds: seconds(), difference }
    }
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
