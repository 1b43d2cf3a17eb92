/** A piece of work in two arms that do the same on the same kind of data. */
export interface Cell {
  readonly name: string
  /** The ratio to reach (the targets page); undefined where none is set. */
  readonly target: number | undefined
  /** How many operations one call of an arm makes. Promises that arms return are awaited. */
  readonly operations: number
  bare(): unknown
  holdfast(): unknown
  /** Restores what the arms changed; not timed. */
  reset?(): Promise<void> | void
  /** Throws unless both arms gave the same answer. */
  check?(bare: unknown, holdfast: unknown): void
}

export interface Measurement {
  readonly name: string
  readonly target: number | undefined
  /** Medians, microseconds an operation. */
  readonly bare: number
  readonly holdfast: number
  /** The median of the ratios of the rounds. */
  readonly ratio: number
  /** The median absolute deviation of those ratios. */
  readonly deviation: number
  /** The same ratio of the processor time of this process, its threads included. */
  readonly processorRatio: number
}

interface Sample {
  readonly time: number
  readonly processor: number
}

/** Milliseconds that short work is repeated for, in up to so many times the rounds that were asked for. */
const patience = 4000
const repetitions = 5

/** Runs both arms in turn, the first one changing from round to round, after one round that is not counted. */
export async function measure(cell: Cell, rounds: number): Promise<Measurement> {
  const bare: Sample[] = []
  const holdfast: Sample[] = []
  const end = performance.now() + patience
  const isEnough = (round: number) =>
    round >= rounds * repetitions || (round >= rounds && performance.now() >= end)
  for (let round = -1; !isEnough(round); round++) {
    const arms = [
      { run: () => cell.bare(), samples: bare },
      { run: () => cell.holdfast(), samples: holdfast },
    ]
    if (round % 2 === 0) arms.reverse()
    const answers = new Map<Sample[], unknown>()
    globalThis.gc?.()
    for (const { run, samples } of arms) {
      const { sample, answer } = await sampled(run)
      answers.set(samples, answer)
      if (round >= 0) samples.push(sample)
      await cell.reset?.()
    }
    cell.check?.(answers.get(bare), answers.get(holdfast))
  }
  const ratios = holdfast.map(({ time }, index) => time / bare[index]!.time)
  const ratio = median(ratios)
  return {
    name: cell.name,
    target: cell.target,
    bare: (median(bare.map(({ time }) => time)) * 1000) / cell.operations,
    holdfast: (median(holdfast.map(({ time }) => time)) * 1000) / cell.operations,
    ratio,
    deviation: median(ratios.map((value) => Math.abs(value - ratio))),
    processorRatio: median(holdfast.map(({ processor }, index) => processor / bare[index]!.processor)),
  }
}

async function sampled(run: () => unknown): Promise<{ sample: Sample; answer: unknown }> {
  const before = process.cpuUsage()
  const start = performance.now()
  const answer = await run()
  const time = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  return { sample: { time, processor: user + system }, answer }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
