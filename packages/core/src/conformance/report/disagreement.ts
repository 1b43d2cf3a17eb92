import { printValue } from './print.js'

/** What an engine should have answered and what it did: the one error that properties throw. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement'
  /** Rules of docs/semantics.md that the answer breaks, as far as they are known. */
  readonly rules: readonly string[]
  readonly expected: string
  readonly received: string

  constructor(details: {
    readonly what: string
    readonly expected: string
    readonly received: string
    readonly rules?: readonly string[]
    readonly cause?: unknown
  }) {
    super(details.what, details.cause === undefined ? undefined : { cause: details.cause })
    this.rules = details.rules ?? []
    this.expected = details.expected
    this.received = details.received
  }
}

/** Throws a disagreement; `received` and `expected` are values, or texts made by `printRows`. */
export function disagree(
  what: string,
  received: unknown,
  expected: unknown,
  rules: readonly string[] = [],
): never {
  throw new Disagreement({ what, expected: printValue(expected), received: printValue(received), rules })
}
