import { setTimeout as sleep } from 'node:timers/promises'

const sliceMilliseconds = 5
const fullSlices = 20
const briefSlices = 2

/** So many transactions in a row that were kept waiting at their begin say that the engine lets in one writer at a time. */
const habit = 3

/**
 * How long a step may take before it counts as waiting for another transaction: the one thing about a schedule that the
 * clock decides. Taken in slices, so that an event loop that stood still has heard the answer before the time is up.
 */
export class Patience {
  /** How many begins beside an open writer have waited in a row, of those that write and those that only read. */
  readonly #waited = { writing: 0, reading: 0 }

  /** Whether a step has ended in time. */
  async endsInTime(step: Promise<unknown>): Promise<boolean> {
    return inTime(step, fullSlices)
  }

  /** The same of one that has no right to hope, as another is before it. */
  async endsSoon(step: Promise<unknown>): Promise<boolean> {
    return inTime(step, briefSlices)
  }

  /** The same of a begin beside an open writer: less is expected of an engine that never grants it. */
  async beginsInTime(begin: Promise<unknown>, readOnly: boolean): Promise<boolean> {
    const kind = readOnly ? 'reading' : 'writing'
    const begun = await inTime(begin, this.#waited[kind] < habit ? fullSlices : briefSlices)
    this.#waited[kind] = begun ? 0 : this.#waited[kind] + 1
    return begun
  }
}

async function inTime(step: Promise<unknown>, slices: number): Promise<boolean> {
  const ended = step.then(
    () => true,
    () => true,
  )
  for (let slice = 0; slice < slices; slice += 1) {
    if (await Promise.race([ended, sleep(sliceMilliseconds, false)])) return true
  }
  return false
}
