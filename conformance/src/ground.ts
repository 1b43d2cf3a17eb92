import type { Subject } from '@holdfast/core/conformance'
import { roundsOf, takeTurns, roundOf } from './turns.ts'
import type { Amounts, Turn } from './turns.ts'

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

/** Asks engines that stand already, in this process. */
export function askAll(
  subjects: readonly Subject[],
  amounts: Amounts,
  tell: (line: string) => void,
): Promise<readonly GroundResult[]> {
  const names = subjects.map(({ name }) => name)
  return sumUp(takeTurns(subjects, amounts), { ...amounts, engines: names }, tell)
}

/** Adds up what the turns come to. Every difference is told as it is found. */
export async function sumUp(
  turns: AsyncIterable<Turn>,
  { engines, ...amounts }: Amounts & { readonly engines: readonly string[] },
  tell: (line: string) => void,
): Promise<readonly GroundResult[]> {
  const tallies = new Map(engines.map((name) => [name, new Tally(name)]))
  let [taken, asked, differences] = [0, 0, 0]
  for await (const turn of turns) {
    const { runs, queries } = roundOf(amounts, turn.round)
    tallies.get(turn.engine)!.count(turn, runs * queries)
    if (turn.difference !== undefined) {
      differences += 1
      tell(turn.difference)
    }
    taken += 1
    if (taken % engines.length > 0) continue
    asked += runs * queries
    tell(`${asked} of ${amounts.relations} relations, ${differences} differences`)
  }
  if (taken !== roundsOf(amounts) * engines.length) throw new Error('Not every engine was asked everything.')
  return [...tallies.values()]
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

  count({ answers, difference, seconds }: Turn, relations: number): void {
    this.relations += relations
    this.seconds += seconds
    this.answered += answers?.nonTrivial ?? 0
    for (const [kind, times] of answers?.kinds ?? []) {
      this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + times)
    }
    if (difference !== undefined) this.differences.push(difference)
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
