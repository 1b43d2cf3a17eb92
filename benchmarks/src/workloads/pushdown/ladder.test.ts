import { expect, test } from 'vitest'
import { engineNamed } from '../../databases/engines.ts'
import { workload } from './index.ts'

const setting = { folder: '', rows: 3000, seed: 7, loaded: true }

test('each step of the ladder gives the same answer from no more rows than the one below', async () => {
  const arm = workload.holdfast!(engineNamed('memory'))
  const job = { ...setting, run: 0, given: undefined, lap: () => undefined, took: () => undefined }
  const fetched: number[] = []
  const answers: unknown[] = []
  for (const step of workload.steps) {
    // Plans are kept: one database asks for one height, as one process does in a run.
    const opened = await arm.open(setting)
    answers.push(await step.run(opened.session, job))
    fetched.push(opened.rowsFetched!()!)
    await opened.close()
  }
  for (const answer of answers) expect(answer).toEqual(answers[0])
  expect(fetched[0]).toBe(setting.rows)
  expect(fetched).toEqual(fetched.toSorted((one, other) => other - one))
  expect(fetched.at(-1)).toBeLessThan(fetched[0]!)
})
