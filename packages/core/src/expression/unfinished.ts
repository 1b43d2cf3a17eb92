/** What the builder gives for an expression that lacks its last call, so that a query that gets one can name it. */
export abstract class Unfinished {
  readonly #lacks: string

  /** @param lacks the call, as the user writes it */
  constructor(lacks: string) {
    this.#lacks = lacks
  }

  /** The call that a value lacks; undefined for all else. Runs no code of the caller. */
  static lacks(value: unknown): string | undefined {
    return typeof value === 'object' && value !== null && #lacks in value ? value.#lacks : undefined
  }
}
