import { Bench } from './bench.js'
import { properties } from './properties/index.js'
import type { Property } from './property.js'
import { ConformanceError } from './report/failure.js'
import { looksAtTooLittle } from './report/floor.js'
import { describeResults } from './report/results.js'
import type { PropertyResult } from './report/results.js'
import { readSettings, seedOf } from './settings.js'
import type { Settings } from './settings.js'
import type { Runner, Subject } from './subject.js'

/** Enough for a long budget; every single call is limited much closer. */
const propertyTimeout = 6 * 60 * 60 * 1000

/**
 * Registers the whole executable specification for one engine with a test runner: one test for each law of the contract.
 *
 * `HOLDFAST_RUNS` sets how many random cases are tried, `HOLDFAST_SEED` which ones; both and `HOLDFAST_PATH` are in the
 * line that a failure prints to replay it. A last test tells what each law looked at, and fails if one did not run.
 *
 * @throws RangeError when one of the four variables is malformed
 */
export function conform({ describe, test }: Runner, subject: Subject): void {
  const settings = readSettings(process.env)
  const results = new Map<string, PropertyResult>()
  const chosen = chosenProperties(settings)

  describe(`${subject.name} conforms`, () => {
    for (const property of chosen) {
      test(property.name, { timeout: propertyTimeout }, async () => {
        results.set(property.name, await proveProperty(property, subject, settings))
      })
    }
    test('every law was tried on cases that count', { timeout: propertyTimeout }, async () => {
      process.stdout.write(`${describeResults(subject.name, settings.seed, [...results.values()])}\n`)
      const missing = chosen.filter(({ name }) => !results.has(name)).map(({ name }) => name)
      if (missing.length > 0)
        throw new Error(`These laws were not tried to their end: ${missing.join(', ')}.`)
    })
  })
}

function chosenProperties({ replay }: Settings): readonly Property[] {
  if (replay === undefined) return properties
  const chosen = properties.filter(({ name }) => name === replay.property)
  if (chosen.length === 0) throw new RangeError(`HOLDFAST_PATH names no law: '${replay.property}'.`)
  return chosen
}

/**
 * Tries one law on one engine.
 *
 * @throws ConformanceError when the engine breaks it, or when fewer cases counted than its floor demands
 */
export async function proveProperty(
  property: Property,
  subject: Subject,
  settings: Settings,
): Promise<PropertyResult> {
  const bench = new Bench(subject, settings.queries)
  const started = performance.now()
  try {
    const path = settings.replay?.path
    const failure = await property.run(bench, {
      runs: subject.runs ?? settings.runs,
      seed: seedOf(settings.seed, property.name),
      ...(settings.firstOnly === true ? { firstOnly: true } : {}),
      ...(path === undefined ? {} : { path }),
    })
    if (failure !== undefined) throw new ConformanceError(subject.name, property, settings, failure)
  } finally {
    await bench.clear()
  }
  const { cases, nonTrivial, kinds, notes } = bench.tally
  if (settings.replay === undefined && looksAtTooLittle(bench.tally, property.floor)) {
    throw new Error(
      `${property.name} looked at too little: ${nonTrivial} of ${cases} cases were non-trivial, ` +
        `its floor is ${Math.round(property.floor * 100)} %.`,
    )
  }
  return { property, cases, nonTrivial, kinds, notes, milliseconds: performance.now() - started }
}
