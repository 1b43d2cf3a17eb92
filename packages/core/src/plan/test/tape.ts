import * as fc from 'fast-check'

/** Choices read off a list of numbers, so that fast-check shrinks what is built from them; 0, the simplest, when it ends. */
export class Tape {
  readonly #numbers: readonly number[]
  #position = 0

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  /** From 0 up to, not including, `count`. */
  below(count: number): number {
    return (this.#numbers[this.#position++] ?? 0) % count
  }

  /** False when the tape has ended. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!
  }

  times<Item>(least: number, most: number, make: (index: number) => Item): Item[] {
    return Array.from({ length: least + this.below(most - least + 1) }, (_, index) => make(index))
  }
}

/** What a tape is made of. */
export const choices: fc.Arbitrary<number[]> = fc.array(fc.nat(9_999), {
  minLength: 20,
  maxLength: 400,
  size: 'max',
})
