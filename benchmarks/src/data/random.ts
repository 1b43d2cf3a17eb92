/** Numbers that look random and are the same for the same seed, on every machine (mulberry32). */
export class Random {
  #state: number

  /** @param purpose tells apart the numbers of several users of one seed */
  constructor(seed: number, purpose: string) {
    let state = Math.imul(seed, 0x9e3779b1)
    for (let index = 0; index < purpose.length; index++) state = mix(state ^ purpose.charCodeAt(index))
    this.#state = state
  }

  /** 0 to 2^32 - 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  /** 0 to 1, without 1. */
  fraction(): number {
    return this.next() / 2 ** 32
  }

  /** 0 to `end`, without `end`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end)
  }

  /** Whether something happens that happens in so many of 100 cases. */
  percent(share: number): boolean {
    return this.fraction() * 100 < share
  }
}

/** Another number of 32 bits for each number of 32 bits: no two give the same. */
export function mix(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
