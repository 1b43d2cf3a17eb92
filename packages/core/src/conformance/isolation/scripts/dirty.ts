import { commit, read, readAll, rollback, set } from './script.js'
import type { Script } from './script.js'

/** What no isolation worth the name shows: writes that mix, and reads of what is not, or never was, committed. */
export const dirtyScripts: readonly Script[] = [
  {
    anomaly: 'G0',
    meaning: 'the writes of two transactions are mixed',
    readers: [],
    steps: [
      [1, set(1, 11)],
      [2, set(1, 12)],
      [1, set(2, 21)],
      [1, commit],
      [2, set(2, 22)],
      [2, commit],
    ],
    shown: ({ committed, final }) =>
      committed(1, 2) && ![[11, 21].join(), [12, 22].join()].includes([...final.values()].join()),
  },
  {
    anomaly: 'G1a',
    meaning: 'a transaction reads what another undoes',
    readers: [2],
    steps: [
      [1, set(1, 101)],
      [2, readAll],
      [1, rollback],
      [2, readAll],
      [2, read(1)],
      [2, commit],
    ],
    shown: ({ reads, final }) => [...reads(2), final].some((found) => found.get(1) === 101),
  },
  {
    anomaly: 'G1b',
    meaning: 'a transaction reads what another changes again before it commits',
    readers: [2],
    steps: [
      [1, set(1, 101)],
      [2, readAll],
      [1, set(1, 11)],
      [1, commit],
      [2, readAll],
      [2, read(1)],
      [2, commit],
    ],
    shown: ({ reads, final }) => [...reads(2), final].some((found) => found.get(1) === 101),
  },
  {
    anomaly: 'G1c',
    meaning: 'two transactions read what each other writes',
    readers: [],
    steps: [
      [1, set(1, 11)],
      [2, set(2, 22)],
      [1, read(2)],
      [2, read(1)],
      [1, commit],
      [2, commit],
    ],
    shown: ({ reads }) => reads(1)[0]?.get(2) === 22 && reads(2)[0]?.get(1) === 11,
  },
  {
    anomaly: 'OTV',
    meaning: 'a transaction that was seen is not seen a moment later',
    readers: [3],
    steps: [
      [1, set(1, 11)],
      [1, set(2, 19)],
      [2, set(1, 12)],
      [1, commit],
      [3, read(1)],
      [2, set(2, 18)],
      [3, read(2)],
      [2, commit],
      [3, read(2)],
      [3, read(1)],
      [3, commit],
    ],
    shown: ({ reads }) => {
      const writers = reads(3).flatMap((found) => [...found.values()].map(writerOf))
      return writers.some((writer, index) => writer < (writers[index - 1] ?? 0))
    },
  },
]

/** Which transaction of the script wrote a value, 0 for none. */
function writerOf(value: number): number {
  return [10, 20].includes(value) ? 0 : [11, 19].includes(value) ? 1 : 2
}
