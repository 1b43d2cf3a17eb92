import type { Arbitrary } from 'fast-check'
import { asyncProperty, check } from 'fast-check'
import type { Bench } from './bench.js'
import type { Dice } from './random/dice.js'
import { generated } from './random/generated.js'
import { Disagreement } from './report/disagreement.js'

/** A law of the contract: how it is tried and how it is told when it is broken. */
export interface Property {
  /** `group/name`, what reports, semantics.md and `HOLDFAST_PATH` call it. */
  readonly name: string
  /** The rules of docs/semantics.md that it proves. */
  readonly rules: readonly string[]
  /** The least share of non-trivial cases, 0 to 1: below it the property fails, as it may have looked at nothing. */
  readonly floor: number
  readonly run: (bench: Bench, budget: Budget) => Promise<Failure | undefined>
}

export interface Budget {
  /** Cases of a property of weight 1. */
  readonly runs: number
  readonly seed: number
  /** fast-check's path to one case. */
  readonly path?: string
  /** Whether to end at the first broken case. */
  readonly firstOnly?: boolean
}

/** A broken law: the smallest case and what went wrong with it. */
export interface Failure {
  readonly error: unknown
  /** The case as lines of code. */
  readonly script: string
  /** Where the case is in the random sequence; null for properties that have none. */
  readonly path: string | null
  readonly shrinks: number
  /** Which case it was, counted from 1. */
  readonly cases: number
}

/** How long after the first failure smaller cases are looked for. */
const shrinkMilliseconds = 30_000

export interface RandomProperty<T> {
  readonly name: string
  readonly rules: readonly string[]
  /** Cases for each run of the budget; 1 unless stated. */
  readonly weight?: number
  /** Random cases, whatever the budget. */
  readonly minimumRuns?: number
  readonly floor: number
  readonly make: (dice: Dice, bench: Bench) => T
  /** Smaller cases to try, best first. */
  readonly reduce: (value: T) => Iterable<T>
  /** Throws what is wrong; tells the bench's tally what the case was worth. */
  readonly check: (bench: Bench, value: T) => Promise<void>
  /** The case as code. */
  readonly print: (value: T) => string
  /** Found counterexamples, tried first, each time. */
  readonly examples?: readonly T[]
}

/** A property over random cases. */
export function randomProperty<T>(definition: RandomProperty<T>): Property {
  const { name, rules, floor } = definition
  return { name, rules, floor, run: (bench, budget) => runRandom(definition, bench, budget) }
}

async function runRandom<T>(
  definition: RandomProperty<T>,
  bench: Bench,
  budget: Budget,
): Promise<Failure | undefined> {
  let deadline = Infinity
  const cases: Arbitrary<[T]> = generated<[T]>(
    (dice) => [definition.make(dice, bench)],
    function* ([value]) {
      for (const smaller of definition.reduce(value)) {
        if (Date.now() > deadline) return
        yield [smaller]
      }
    },
  )
  const property = asyncProperty(cases, async ([value]) => {
    bench.tally.begin()
    try {
      await definition.check(bench, value)
    } catch (error) {
      deadline = Math.min(deadline, Date.now() + shrinkMilliseconds)
      await bench.clear()
      throw error
    }
  })
  const details = await check(property, {
    seed: budget.seed,
    numRuns: Math.max(definition.minimumRuns ?? 1, Math.ceil(budget.runs * (definition.weight ?? 1))),
    ...(budget.path === undefined || budget.path === '' ? {} : { path: budget.path }),
    ...(budget.firstOnly === true ? { endOnFailure: true } : {}),
    // A path counts them too.
    examples: (definition.examples ?? []).map((value) => [[value]]),
  })
  if (!details.failed) return undefined
  const value = details.counterexample?.[0]?.[0]
  return {
    error:
      details.errorInstance ??
      new Disagreement({ what: 'no case could be made', expected: '', received: '' }),
    script: value === undefined ? '' : definition.print(value),
    path: details.counterexamplePath,
    shrinks: details.numShrinks,
    cases: details.numRuns,
  }
}

export interface FixedCase {
  readonly name: string
  readonly rules?: readonly string[]
  readonly check: (bench: Bench) => Promise<void>
  /** The case as code, where the name does not say it all. */
  readonly script?: string
}

/** A property over cases that are written down. Every case is tried; all that fail are told. */
export function fixedProperty(definition: {
  readonly name: string
  readonly rules: readonly string[]
  readonly cases: readonly FixedCase[]
}): Property {
  return {
    name: definition.name,
    rules: definition.rules,
    floor: 1,
    run: async (bench, { firstOnly }) => {
      const failures: (FixedCase & { readonly error: unknown; readonly cases: number })[] = []
      for (const [index, fixed] of definition.cases.entries()) {
        try {
          await fixed.check(bench)
          bench.tally.add(true)
        } catch (error) {
          failures.push({ ...fixed, error, cases: index + 1 })
          await bench.clear()
          if (firstOnly === true) break
        }
      }
      const [first] = failures
      if (first === undefined) return undefined
      const others = failures.slice(1).map(({ name }) => name)
      const script = [`// ${first.name}`, ...(first.script === undefined ? [] : [first.script])]
      if (others.length > 0) script.push(`// and ${others.length} more: ${others.slice(0, 20).join('; ')}`)
      return {
        error: withRules(first.error, first.rules),
        script: script.join('\n'),
        path: null,
        shrinks: 0,
        cases: first.cases,
      }
    },
  }
}

function withRules(error: unknown, rules: readonly string[] | undefined): unknown {
  if (!(error instanceof Disagreement) || error.rules.length > 0 || rules === undefined) return error
  return new Disagreement({
    what: error.message,
    expected: error.expected,
    received: error.received,
    rules,
    cause: error.cause,
  })
}
