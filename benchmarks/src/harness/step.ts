import { availableParallelism } from 'node:os'
import type { CheckReply, EndReply, RunReply } from './messages.ts'
import type { Place, Places } from './places.ts'
import { needsServer } from './plan.ts'
import type { PlannedArm, PlannedStep } from './plan.ts'
import { CellFailure, startArm } from './process-client.ts'
import type { ArmClient } from './process-client.ts'
import { shuffled } from './random.ts'

export interface StepContext {
  readonly runs: Runs
  readonly seed: number
  readonly random: () => number
  /** Seconds that one run may take. Opening, with all that it loads, may take ten times as many. */
  readonly timeLimit: number
  readonly places: Places
  readonly signal: AbortSignal
  /** An arm has done one more thing: `arm` is undefined for the reference. */
  readonly onUnit: (arm: PlannedArm | undefined) => void
}

/** What came of one arm in one step. */
export type Outcome =
  | { readonly arm: PlannedArm; readonly runs: readonly CheckedRun[]; readonly end: EndReply }
  | { readonly arm: PlannedArm; readonly reason: string }

export type CheckedRun = RunReply & CheckReply

/** How many hot runs of each arm. */
export interface Runs {
  /** As many as there are unless the work is very short or long. */
  readonly usual: number
  /** More of short work, up to so many, until all arms together have worked for a second. */
  readonly most: number
  /** Fewer of long work, down to so many: all arms together are to work for four seconds at most. */
  readonly fewest: number
}

const longer = 10
const enough = 1000
const plenty = 4000
/** Hot runs whose times tell how many more there will be; the first ones are slower than what follows. */
const trials = 3

/** With more rows than this, only the arms of one engine are there at the same time: their databases need memory. */
const mostRowsTogether = 300_000

/** Runs a step in all its arms, in turn, each run in an order by the seed; checks each answer by the reference. */
export async function runStep(planned: PlannedStep, context: StepContext): Promise<Outcome[]> {
  const present = planned.arms.filter(({ absent }) => absent === undefined)
  const groups =
    planned.rows > mostRowsTogether ? [...Map.groupBy(present, ({ engine }) => engine).values()] : [present]
  const outcomes = new Map<PlannedArm, Outcome>()
  let judge: Judge | undefined
  for (const arms of groups) {
    const reference = new Contestant(planned, undefined, context)
    const contestants = arms.map((arm) => new Contestant(planned, arm, context))
    try {
      judge = judge?.knowsAll === true ? judge : await Judge.make(planned, reference, context)
      await runTogether(contestants, judge, context)
    } catch (error) {
      if (!(error instanceof CellFailure)) throw error
      for (const one of contestants) one.fail(`The reference evaluator has no answer: ${error.message}`)
    } finally {
      await Promise.all([reference, ...contestants].map((one) => one.close()))
    }
    for (const one of contestants) outcomes.set(one.arm!, one.outcome())
  }
  return planned.arms.map((arm) => outcomes.get(arm) ?? { arm, reason: arm.absent! })
}

async function runTogether(
  contestants: readonly Contestant[],
  judge: Judge,
  { runs, random }: StepContext,
): Promise<void> {
  await atOnce(contestants, (one) => one.attempt(() => one.open()))
  let last = runs.fewest
  for (let run = 0; run <= last; run++) {
    if (run === Math.min(trials, last)) last = lastRun(contestants, runs)
    const looks = run === 0 || run === last
    const expected = await judge.expected(run, looks)
    // What is not timed may be done side by side; what is has the machine to itself.
    await atOnce(contestants, (one) => one.attempt(() => one.prepare(run)))
    for (const one of shuffled(contestants, random)) await one.attempt(() => one.run())
    await atOnce(contestants, (one) =>
      one.attempt(async () => judge.check(await one.check(looks), expected, run)),
    )
  }
  await atOnce(contestants, (one) => one.attempt(() => one.end()))
}

/** How many hot runs there will be, by what the ones so far have taken. */
function lastRun(contestants: readonly Contestant[], { usual, most, fewest }: Runs): number {
  const round = contestants.reduce((sum, one) => sum + one.latestTime, 0)
  if (round === 0) return usual
  const affordable = Math.min(usual, Math.max(fewest, Math.floor(plenty / round)))
  return Math.min(most, Math.max(affordable, Math.ceil(enough / round)))
}

interface Expected {
  readonly answer: string
  readonly content: string | null
}

/** Knows what is right. */
class Judge {
  readonly #step: PlannedStep
  readonly #reference: Contestant
  readonly #first: Expected
  readonly #repeats: boolean

  private constructor(planned: PlannedStep, reference: Contestant, first: Expected) {
    this.#step = planned
    this.#reference = reference
    this.#first = first
    const { step } = planned
    // What changes the data for good has to be done as often by the reference.
    const accumulates = step.content !== undefined && step.restore === undefined && step.fresh !== true
    this.#repeats = step.varies === true || accumulates
  }

  static async make(planned: PlannedStep, reference: Contestant, { onUnit }: StepContext): Promise<Judge> {
    await reference.open()
    const judge = new Judge(planned, reference, await reference.answer(0, true))
    if (!judge.#repeats) await reference.close()
    onUnit(undefined)
    return judge
  }

  /** Whether the reference need not be asked again. */
  get knowsAll(): boolean {
    return !this.#repeats
  }

  async expected(run: number, looks: boolean): Promise<Expected> {
    return run > 0 && this.#repeats ? this.#reference.answer(run, looks) : this.#first
  }

  check({ answer, content }: Expected, expected: Expected, run: number): void {
    const which = run === 0 ? 'the cold run' : `run ${run}`
    if (answer !== expected.answer)
      throw new CellFailure(`Wrong answer in ${which} of ${this.#step.key}: it differs from the reference's.`)
    if (content !== null && content !== expected.content)
      throw new CellFailure(
        `Wrong rows after ${which} of ${this.#step.key}: they differ from the reference's.`,
      )
  }
}

/** One arm, or the reference, in one step. */
class Contestant {
  readonly arm: PlannedArm | undefined
  readonly #planned: PlannedStep
  readonly #context: StepContext
  #client: ArmClient | undefined
  #place: Place | undefined
  #latest: RunReply | undefined
  readonly #runs: CheckedRun[] = []
  #end: EndReply | undefined
  #reason: string | undefined

  constructor(planned: PlannedStep, arm: PlannedArm | undefined, context: StepContext) {
    this.#planned = planned
    this.arm = arm
    this.#context = context
  }

  /** Does a piece of work unless the arm has failed before; when it fails now, that is the outcome. */
  async attempt(work: () => Promise<unknown>): Promise<void> {
    if (this.#reason !== undefined) return
    try {
      await work()
    } catch (error) {
      if (!(error instanceof CellFailure)) throw error
      this.fail(error.message)
      this.#client?.kill()
    }
  }

  fail(reason: string): void {
    this.#reason = reason
  }

  outcome(): Outcome {
    const arm = this.arm!
    if (this.#end === undefined) return { arm, reason: this.#reason ?? 'The run was ended.' }
    return { arm, runs: this.#runs, end: this.#end }
  }

  async open(): Promise<void> {
    this.#place = await this.#context.places.make(this.arm !== undefined && needsServer(this.arm))
    await this.#start(false)
    await this.#ask('open', undefined, this.#limit * longer)
    if (this.#isFresh) await this.#ask('end', undefined, this.#limit * longer)
    this.#unit()
  }

  /** Of the last run; 0 for an arm that is out. */
  get latestTime(): number {
    return this.#reason === undefined ? (this.#latest?.time ?? 0) : 0
  }

  async prepare(run: number): Promise<void> {
    if (this.#isFresh) {
      await this.#client?.close()
      await this.#start(true)
    }
    await this.#ask('prepare', { run }, this.#limit * longer)
  }

  async run(): Promise<void> {
    this.#latest = await this.#ask('run', { opens: this.#isFresh }, this.#limit)
  }

  async check(content: boolean): Promise<CheckReply> {
    const reply = await this.#ask('check', { content }, this.#limit * longer)
    this.#runs.push({ ...this.#latest!, ...reply })
    this.#unit()
    return reply
  }

  /** All of a run. */
  async answer(run: number, content: boolean): Promise<CheckReply> {
    await this.prepare(run)
    await this.run()
    return this.check(content)
  }

  async end(): Promise<void> {
    this.#end = await this.#ask('end', undefined, this.#limit * longer)
    this.#unit()
  }

  /** Runs beyond those that were planned are no progress. */
  #unit(): void {
    if (this.arm !== undefined && this.#runs.length <= this.#context.runs.usual + 1)
      this.#context.onUnit(this.arm)
  }

  async close(): Promise<void> {
    if (this.#context.signal.aborted) this.#client?.kill()
    await this.#client?.close()
    this.#client = undefined
    await this.#place?.remove()
    this.#place = undefined
  }

  /** The reference keeps its database in memory: a process that opens an earlier one's would find nothing. */
  get #isFresh(): boolean {
    return this.#planned.step.fresh === true && this.arm !== undefined
  }

  get #limit(): number {
    return this.arm === undefined ? this.#context.timeLimit * longer : this.#context.timeLimit
  }

  async #start(existing: boolean): Promise<void> {
    const { source, step, rows } = this.#planned
    const { seed, signal } = this.#context
    const { folder, server, shared } = this.#place!
    const client = startArm(signal)
    this.#client = client
    await this.#ask(
      'assign',
      {
        workload: source,
        step: step.name,
        arm: this.arm?.reference ?? { kind: 'reference' },
        setting: {
          folder,
          rows,
          seed,
          loaded: step.start === 'loaded',
          ...(server !== undefined && { server }),
          ...(shared !== undefined && { shared }),
          ...(existing && { existing }),
        },
      },
      this.#limit,
    )
  }

  readonly #ask: ArmClient['ask'] = (name, request, seconds) => this.#client!.ask(name, request, seconds)
}

/** Does the work for all items, for as many at the same time as there are cores. */
async function atOnce<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}
