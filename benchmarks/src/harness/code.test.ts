import { runInThisContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { Job, Step } from '../contract/workload.ts'
import { shownCode } from './code.ts'

const step = (run: Step<unknown>['run'], uses?: readonly string[]): Step<unknown> => ({
  name: 's',
  title: 's',
  start: 'empty',
  run,
  ...(uses && { uses }),
})

const nothing = () => undefined
const job: Job = { rows: 1, seed: 1, run: 0, given: undefined, lap: nothing, took: nothing }

const session = { count: () => 2 }

test('the methods that a step uses are shown as they are written, without the place where they stood', () => {
  // As Node leaves it of TypeScript: blanks where types were.
  const written = runInThisContext(`({
        async readEach(ids           )          {
          return ids.map((id) => ({ id }))
        },
      })`) as { readEach(ids: readonly number[]): unknown }
  const shown = shownCode(
    step((one) => (one as typeof written).readEach([1]), ['readEach']),
    written,
    job,
  )
  expect(shown).toBe('async readEach(ids) {\n  return ids.map((id) => ({ id }))\n}')
})

test('they are found where the step calls them itself, or by what it calls', () => {
  const passedOn = (one: unknown) => (one as typeof session).count()
  for (const run of [(one: unknown) => (one as typeof session).count(), (one: unknown) => passedOn(one)])
    expect(shownCode(step(run), session, job)).toContain('() => 2')
})

test('a step that uses no method is shown itself', () => {
  expect(
    shownCode(
      step(() => 41 + 1),
      session,
      job,
    ),
  ).toContain('41 + 1')
})
