import { mix, type Random } from './random.ts'

const skew = 0.99

/**
 * Ranks as Zipf's law has them: the first is asked for most often, the n-th so often as 1 / n^0.99 says (Gray et al., "Quickly
 * generating billion-record synthetic databases", as in YCSB). The number of items may grow.
 */
export class Zipfian {
  readonly #random: Random
  #items = 0
  #zeta = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** 0 to `items`, without `items`. */
  next(items: number): number {
    this.#growTo(items)
    const alpha = 1 / (1 - skew)
    const eta = (1 - (2 / items) ** (1 - skew)) / (1 - zetaOfTwo / this.#zeta)
    const fraction = this.#random.fraction()
    const position = fraction * this.#zeta
    if (position < 1) return 0
    if (position < zetaOfTwo) return Math.min(1, items - 1)
    return Math.min(items - 1, Math.floor(items * (eta * fraction - eta + 1) ** alpha))
  }

  #growTo(items: number): void {
    for (; this.#items < items; this.#items++) this.#zeta += 1 / (this.#items + 1) ** skew
  }
}

const zetaOfTwo = 1 + 1 / 2 ** skew

/** The popular items lie scattered over all of them, as in YCSB. */
export function scattered(rank: number, items: number): number {
  return mix(rank) % items
}
