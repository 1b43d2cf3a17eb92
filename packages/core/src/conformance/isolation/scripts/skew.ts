import { add, commit, deleteWhere, raiseAll, read, readAll, readWhere, set, setWhere } from './script.js'
import { valueDivisibleBy, valueIs } from './script.js'
import type { Script } from './script.js'

/** What transactions show that do not see one state each, or do not notice that others change the same rows. */
export const readSkewScripts: readonly Script[] = [
  {
    anomaly: 'PMP',
    meaning: 'a transaction reads by a condition and then finds a row that came after',
    readers: [1],
    steps: [
      [1, readWhere(valueIs(30))],
      [2, add(3, 30)],
      [2, commit],
      [1, readWhere(valueDivisibleBy(3))],
      [1, commit],
    ],
    shown: ({ reads }) => reads(1)[0]?.size === 0 && reads(1)[1]?.has(3) === true,
  },
  {
    anomaly: 'PMP write',
    meaning: 'a transaction deletes by a condition and still finds a row that matches it',
    readers: [],
    steps: [
      [1, raiseAll(10)],
      [2, readAll],
      [2, deleteWhere(valueIs(20))],
      [1, commit],
      [2, readWhere(valueIs(20))],
      [2, commit],
    ],
    shown: ({ reads, committed }) => committed(2) && (reads(2)[1]?.size ?? 0) > 0,
  },
  {
    anomaly: 'P4',
    meaning: 'two transactions change a row by what they read of it, and one change is lost',
    readers: [],
    steps: [
      [1, read(1)],
      [2, read(1)],
      [1, set(1, 11)],
      [2, set(1, 12)],
      [1, commit],
      [2, commit],
    ],
    shown: ({ reads, committed }) =>
      committed(1, 2) && reads(1)[0]?.get(1) === 10 && reads(2)[0]?.get(1) === 10,
  },
  {
    anomaly: 'G-single',
    meaning: 'a transaction reads one row from before another transaction and one from after it',
    readers: [1],
    steps: [
      [1, read(1)],
      [2, readAll],
      [2, set(1, 12)],
      [2, set(2, 18)],
      [2, commit],
      [1, read(2)],
      [1, readAll],
      [1, commit],
    ],
    shown: ({ reads }) => {
      const [first, ...later] = reads(1)
      return first?.get(1) === 10 && later.some((found) => found.get(1) === 12 || found.get(2) === 18)
    },
  },
  {
    anomaly: 'G-single predicate',
    meaning: 'a transaction reads by two conditions, before another transaction and after it',
    readers: [1],
    steps: [
      [1, readWhere(valueDivisibleBy(5))],
      [2, setWhere(valueIs(10), 12)],
      [2, commit],
      [1, readWhere(valueDivisibleBy(3))],
      [1, commit],
    ],
    shown: ({ reads }) => reads(1)[0]?.get(1) === 10 && (reads(1)[1]?.size ?? 0) > 0,
  },
  {
    anomaly: 'G-single write',
    meaning: 'a transaction reads from before another transaction and deletes by what came after it',
    readers: [],
    steps: [
      [1, read(1)],
      [2, readAll],
      [2, set(1, 12)],
      [2, set(2, 18)],
      [2, commit],
      [1, deleteWhere(valueIs(20))],
      [1, commit],
    ],
    shown: ({ reads, committed }) =>
      committed(1, 2) && reads(1)[0]?.get(1) === 10 && reads(2)[0]?.get(2) === 20,
  },
]

/** What is left where every transaction sees one state: decisions on what another changes meanwhile. */
export const writeSkewScripts: readonly Script[] = [
  {
    anomaly: 'G2-item',
    meaning: 'two transactions read the same two rows and each changes another one',
    readers: [],
    steps: [
      [1, readAll],
      [2, readAll],
      [1, set(1, 11)],
      [2, set(2, 21)],
      [1, commit],
      [2, commit],
    ],
    shown: ({ reads, committed }) =>
      committed(1, 2) && reads(1)[0]?.get(2) === 20 && reads(2)[0]?.get(1) === 10,
  },
  {
    anomaly: 'G2',
    meaning: 'two transactions find no row by a condition and each inserts one that matches it',
    readers: [],
    steps: [
      [1, readWhere(valueDivisibleBy(3))],
      [2, readWhere(valueDivisibleBy(3))],
      [1, add(3, 30)],
      [2, add(4, 42)],
      [1, commit],
      [2, commit],
    ],
    shown: ({ reads, committed }) => committed(1, 2) && reads(1)[0]?.size === 0 && reads(2)[0]?.size === 0,
  },
  {
    anomaly: 'G2 two edges',
    meaning: 'a transaction that only reads sees the later of two, which cannot have come first',
    readers: [3],
    steps: [
      [1, readAll],
      [2, set(2, 25)],
      [2, commit],
      [3, readAll],
      [3, commit],
      [1, set(1, 0)],
      [1, commit],
    ],
    shown: ({ reads, committed }) => {
      const [[before], [between]] = [reads(1), reads(3)]
      const order = before?.get(2) === 20 && between?.get(1) === 10 && between.get(2) === 25
      return committed(1, 2, 3) && order
    },
  },
]
