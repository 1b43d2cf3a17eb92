/** The merged state of a frame that only grows. */
export class GrowingFrame<State> {
  readonly #merge: (left: State, right: State) => State
  #state: State | undefined

  constructor(merge: (left: State, right: State) => State) {
    this.#merge = merge
  }

  /** Takes in the next value; undefined for one that does not count. */
  push(state: State | undefined): void {
    if (state === undefined) return
    this.#state = this.#state === undefined ? state : this.#merge(this.#state, state)
  }

  shift(): void {
    throw new RangeError('A frame that only grows lets go of nothing.')
  }

  /** All values merged; undefined where there is none. */
  get state(): State | undefined {
    return this.#state
  }
}

/**
 * The merged state of a frame whose two ends only move forward, without ever taking a value out of a sum: values wait in
 * two stacks, each with the merged states towards its end, so that each value is merged at most three times.
 */
export class SlidingFrame<State> {
  readonly #merge: (left: State, right: State) => State
  /** Merged from each place to the end of the stack; the top covers all of it. */
  readonly #leaving: (State | undefined)[] = []
  #entering: (State | undefined)[] = []
  #entered: State | undefined

  constructor(merge: (left: State, right: State) => State) {
    this.#merge = merge
  }

  /** Takes in the next value; undefined for one that does not count. */
  push(state: State | undefined): void {
    this.#entering.push(state)
    this.#entered = this.#join(this.#entered, state)
  }

  /** Lets go of the value that has been here longest. */
  shift(): void {
    if (this.#leaving.length === 0) {
      for (const state of this.#entering.reverse())
        this.#leaving.push(this.#join(state, this.#leaving.at(-1)))
      this.#entering = []
      this.#entered = undefined
    }
    this.#leaving.pop()
  }

  /** All values merged; undefined where there is none. */
  get state(): State | undefined {
    return this.#join(this.#leaving.at(-1), this.#entered)
  }

  #join(left: State | undefined, right: State | undefined): State | undefined {
    if (left === undefined) return right
    return right === undefined ? left : this.#merge(left, right)
  }
}
