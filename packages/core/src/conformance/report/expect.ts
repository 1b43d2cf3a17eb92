import { isHoldfastError } from '../../backend/errors.js'
import type { ErrorCode, HoldfastError } from '../../backend/errors.js'
import { Disagreement, disagree } from './disagreement.js'
import { firstDifference, sameValue } from './equal.js'
import { printRows, printValue } from './print.js'

/** What a call came to: a value, or the error that it was refused with. */
export type Outcome<T> =
  { readonly kind: 'value'; readonly value: T } | { readonly kind: 'error'; readonly error: unknown }

export async function outcomeOf<T>(call: () => PromiseLike<T> | T): Promise<Outcome<T>> {
  try {
    return { kind: 'value', value: await call() }
  } catch (error) {
    return { kind: 'error', error }
  }
}

/** Requires a value that is equal and of the same JavaScript type. */
export function expectSame(
  what: string,
  received: unknown,
  expected: unknown,
  rules: readonly string[] = [],
): void {
  if (!sameValue(received, expected)) disagree(what, received, expected, rules)
}

/** Requires the same rows in the same order. */
export function expectRows(
  what: string,
  received: readonly unknown[],
  expected: readonly unknown[],
  options: { readonly approximate?: ReadonlySet<string>; readonly rules?: readonly string[] } = {},
): void {
  const index = firstDifference(received, expected, options.approximate)
  if (index === -1) return
  throw new Disagreement({
    what: `${what} (rows differ from the one at index ${index} on)`,
    received: printRows(received),
    expected: printRows(expected),
    rules: options.rules ?? [],
  })
}

/** Requires that a condition holds, with what it says in words. */
export function expectThat(
  holds: boolean,
  expected: string,
  received: string,
  rules: readonly string[] = [],
): void {
  if (!holds) throw new Disagreement({ what: expected, expected, received, rules })
}

/** Requires that a call is refused with a HoldfastError of one of these codes, and returns it. */
export async function expectRefusal(
  what: string,
  codes: ErrorCode | readonly ErrorCode[],
  call: () => unknown,
  rules: readonly string[] = [],
): Promise<HoldfastError> {
  const accepted: readonly ErrorCode[] = typeof codes === 'string' ? [codes] : codes
  const outcome = await outcomeOf(async () => call())
  if (outcome.kind === 'error' && isHoldfastError(outcome.error) && accepted.includes(outcome.error.code)) {
    return outcome.error
  }
  throw new Disagreement({
    what,
    expected: `HoldfastError ${accepted.join(' or ')}`,
    received: describeOutcome(outcome),
    rules,
    cause: outcome.kind === 'error' ? outcome.error : undefined,
  })
}

/** An outcome in one line. */
export function describeOutcome(outcome: Outcome<unknown>): string {
  return outcome.kind === 'value' ? printValue(outcome.value) : describeError(outcome.error)
}

export function describeError(error: unknown): string {
  if (isHoldfastError(error)) return `HoldfastError ${error.code}: ${error.message}`
  return error instanceof Error
    ? `${error.name} (not a HoldfastError): ${error.message}`
    : `thrown ${printValue(error)}`
}
