import { setTimeout } from 'node:timers/promises'
import { HoldfastError } from '../../backend/errors.js'
import type { ErrorCode } from '../../backend/errors.js'

/** What may happen to a call. */
export type Fault = keyof typeof faults

/** The error of each fault, and whether the call has taken effect nevertheless; a delay has neither. */
export const faults = {
  /** The call takes up to 3 milliseconds longer. */
  delay: undefined,
  /** The engine cannot be reached: nothing has happened. */
  unreachable: { code: 'CONNECTION_FAILED', happens: false },
  /** The connection breaks before the call arrives. */
  lostBefore: { code: 'CONNECTION_LOST', happens: false },
  /** The connection breaks before the answer arrives: the call has taken effect. */
  lostAfter: { code: 'CONNECTION_LOST', happens: true },
  /** Another transaction came first: nothing has happened. */
  conflict: { code: 'CONFLICT', happens: false },
  /** Another writer holds the database: nothing has happened. */
  busy: { code: 'BUSY', happens: false },
  /** The connection breaks between two batches of a stream, or before its end is told. */
  brokenStream: { code: 'CONNECTION_LOST', happens: false },
} as const satisfies Record<string, { readonly code: ErrorCode; readonly happens: boolean } | undefined>

/** How likely each fault is wherever it may strike, 0 to 1. */
export type FaultProbabilities = Readonly<Record<Fault, number>>

/** What a chaotic backend is asked and told while it is in use. */
export interface Chaos {
  /** Whether faults strike; set it to false for calm. */
  active: boolean
  /** How often each fault has struck. */
  readonly met: ReadonlyMap<Fault, number>
  /** What has been begun on the engine and has not been ended there. */
  readonly open: { readonly streams: number; readonly transactions: number }
}

const longestDelay = 3

/** Decides what strikes, from a seed; counts what struck and what is open. */
export class Storm implements Chaos {
  active = true
  readonly met = new Map<Fault, number>()
  readonly open = { streams: 0, transactions: 0 }
  readonly #probabilities: FaultProbabilities
  #state: number

  constructor(seed: number, probabilities: FaultProbabilities) {
    this.#state = seed | 0
    this.#probabilities = probabilities
  }

  /**
   * Runs a call that these faults may strike: after a delay, not at all, or wholly but with an error for an answer.
   *
   * @throws HoldfastError with the code of the fault
   */
  async strike<Result>(possible: readonly Fault[], work: () => Result | Promise<Result>): Promise<Result> {
    const struck = this.active ? possible.filter((fault) => this.#draw() < this.#probabilities[fault]) : []
    if (struck.includes('delay')) {
      this.#count('delay')
      await setTimeout(this.#draw() * longestDelay)
    }
    const fault = struck.find((candidate) => candidate !== 'delay')
    if (fault === undefined) return work()
    this.#count(fault)
    const { code, happens } = faults[fault]
    if (happens) await work()
    throw new HoldfastError(code, `chaos: ${fault}`)
  }

  /** A whole number from 1 to `most`; `most` itself while it is calm. */
  upTo(most: number): number {
    return this.active ? 1 + Math.floor(this.#draw() * most) : most
  }

  #count(fault: Fault): void {
    this.met.set(fault, (this.met.get(fault) ?? 0) + 1)
  }

  /** A number from 0 up to but without 1 (mulberry32). */
  #draw(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
