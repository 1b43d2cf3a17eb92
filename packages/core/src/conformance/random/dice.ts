import type { Random } from 'fast-check'

/** A choice with its weight: it is taken `weight` times out of the sum of all weights. */
export type Weighted<Choice> = readonly [weight: number, choice: Choice]

/** All the randomness of the suite: small questions to one seeded source, so that a seed decides everything. */
export class Dice {
  readonly #source: Random

  constructor(source: Random) {
    this.#source = source
  }

  /** An integer from `minimum` to `maximum`, both included. */
  integer(minimum: number, maximum: number): number {
    return this.#source.nextInt(minimum, maximum)
  }

  bigint(minimum: bigint, maximum: bigint): bigint {
    return this.#source.nextBigInt(minimum, maximum)
  }

  /** A number from 0 up to but without 1. */
  fraction(): number {
    return this.#source.nextDouble()
  }

  /** True in `percent` of 100 throws. */
  chance(percent: number): boolean {
    return this.integer(0, 99) < percent
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError('There is nothing to pick from.')
    return items[this.integer(0, items.length - 1)] as Item
  }

  /** One of the choices by weight. */
  weighted<Choice>(choices: readonly Weighted<Choice>[]): Choice {
    let remaining = this.integer(
      1,
      choices.reduce((sum, [weight]) => sum + weight, 0),
    )
    for (const [weight, choice] of choices) {
      remaining -= weight
      if (remaining <= 0) return choice
    }
    throw new RangeError('There is nothing to choose from.')
  }

  /** Between `minimum` and `maximum` results of `make`. */
  several<Item>(minimum: number, maximum: number, make: (index: number) => Item): Item[] {
    return Array.from({ length: this.integer(minimum, maximum) }, (_, index) => make(index))
  }

  /** The same items in another order. */
  shuffle<Item>(items: readonly Item[]): Item[] {
    const shuffled = [...items]
    for (let last = shuffled.length - 1; last > 0; last -= 1) {
      const other = this.integer(0, last)
      const item = shuffled[last] as Item
      shuffled[last] = shuffled[other] as Item
      shuffled[other] = item
    }
    return shuffled
  }

  /** Between `minimum` and `maximum` different items, in random order; fewer when there are fewer. */
  sample<Item>(items: readonly Item[], minimum: number, maximum: number): Item[] {
    return this.shuffle(items).slice(0, this.integer(minimum, maximum))
  }
}
