import { throwIfAborted } from '@holdfast/core/backend'
import type { MaybePromise } from '@holdfast/core/backend'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Work in pieces: between any two of them others may run, and the caller may abort. */
export type Steps<Result> = Generator<void, Result, void>

/** Milliseconds for which the event loop is held at most, about. */
const slice = 10

/** Does the work at once if it is short, else with pauses. */
export function runSteps<Result>(
  steps: Steps<Result>,
  signal: AbortSignal | undefined,
): MaybePromise<Result> {
  const outcome = runSlice(steps, signal)
  return outcome.done === true ? outcome.value : runLater(steps, signal)
}

async function runLater<Result>(steps: Steps<Result>, signal: AbortSignal | undefined): Promise<Result> {
  for (;;) {
    await nextTurn()
    throwIfAborted(signal)
    const outcome = runSlice(steps, signal)
    if (outcome.done === true) return outcome.value
  }
}

function runSlice<Result>(
  steps: Steps<Result>,
  signal: AbortSignal | undefined,
): IteratorResult<void, Result> {
  let outcome = steps.next()
  if (outcome.done === true) return outcome
  const end = performance.now() + slice
  do {
    throwIfAborted(signal)
    outcome = steps.next()
  } while (outcome.done !== true && performance.now() < end)
  return outcome
}

/** Paces a stream: gives others a turn whenever it has held the event loop for long. */
export class Pace {
  #since = performance.now()

  async rest(): Promise<void> {
    if (performance.now() - this.#since < slice) return
    await nextTurn()
    this.#since = performance.now()
  }
}
