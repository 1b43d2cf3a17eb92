import { createHistogram } from 'node:perf_hooks'

export interface LatencySummary {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** How many operations. */
  readonly of: number
}

/** Operations between two transfers to the histogram, which costs more than to keep a number. */
const capacity = 2 ** 20
const nanoseconds = 1e6

/**
 * How long single operations took. Needs the same memory for a thousand and for a thousand million: they end in a histogram
 * whose steps are three significant digits of a nanosecond count.
 */
export class Latencies {
  readonly #histogram = createHistogram({ figures: 3 })
  #buffer: Float64Array | undefined
  #length = 0
  #last = 0

  /** The clock starts. */
  start(): void {
    this.#length = 0
    this.#last = performance.now()
  }

  readonly lap = (): void => {
    const now = performance.now()
    this.took(now - this.#last)
    this.#last = now
  }

  readonly took = (milliseconds: number): void => {
    this.#buffer ??= new Float64Array(capacity)
    if (this.#length === capacity) this.keep()
    this.#buffer[this.#length++] = milliseconds
  }

  /** What was told since the start counts. */
  keep(): void {
    for (let index = 0; index < this.#length; index++)
      this.#histogram.record(Math.max(1, Math.round(this.#buffer![index]! * nanoseconds)))
    this.#length = 0
  }

  /** Undefined when nothing was told. */
  summary(): LatencySummary | undefined {
    const { count } = this.#histogram
    if (count === 0) return undefined
    // The histogram rounds a rank to the nearest; by definition it is the next one.
    const at = (fraction: number) =>
      this.#histogram.percentile((Math.ceil(count * fraction) / count) * 100) / nanoseconds
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), of: count }
  }
}
