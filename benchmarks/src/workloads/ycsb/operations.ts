/** What the clients of one run do: each its own stream of operations from the seed, known before the run begins. */

import { account, accountKey, fieldNames, fieldValue } from '../../data/accounts.ts'
import type { Account, FieldName } from '../../data/accounts.ts'
import { Random } from '../../data/random.ts'
import { scattered, Zipfian } from '../../data/zipfian.ts'

export type Operation =
  | { readonly kind: 'read'; readonly key: string }
  | { readonly kind: 'update'; readonly key: string; readonly field: FieldName; readonly value: string }
  | { readonly kind: 'insert'; readonly account: Account }
  | { readonly kind: 'scan'; readonly start: string; readonly count: number }
  | { readonly kind: 'modify'; readonly key: string; readonly field: FieldName }

/** A workload of YCSB: how many of 100 operations are of a kind; the rest are reads. */
export interface Mix {
  readonly letter: 'a' | 'b' | 'c' | 'd' | 'e' | 'f'
  readonly title: string
  readonly kind: Exclude<Operation['kind'], 'read'>
  readonly share: number
  /** What is asked for instead of single accounts. */
  readonly scans?: true
  /** Whether what was inserted last is read most. */
  readonly latest?: true
}

export const mixes: readonly Mix[] = [
  { letter: 'a', title: 'A: 50 % updates', kind: 'update', share: 50 },
  { letter: 'b', title: 'B: 5 % updates', kind: 'update', share: 5 },
  { letter: 'c', title: 'C: reads alone', kind: 'update', share: 0 },
  { letter: 'd', title: 'D: reads of the latest', kind: 'insert', share: 5, latest: true },
  { letter: 'e', title: 'E: scans up to 100', kind: 'insert', share: 5, scans: true },
  { letter: 'f', title: 'F: read-modify-write', kind: 'modify', share: 50 },
]

/** Of one run, by all its clients. A scan reads many accounts. */
export const operationsOf = ({ scans }: Mix): number => (scans ? 160 : 640)

const longestScan = 100

export interface Plan {
  readonly seed: number
  readonly rows: number
  readonly clients: readonly (readonly Operation[])[]
  /** Number of each account that the run changes or adds, by its key. */
  readonly changed: ReadonlyMap<string, number>
  readonly added: ReadonlyMap<string, number>
}

interface Job {
  readonly rows: number
  readonly seed: number
  readonly run: number
}

export function planOf(mix: Mix, clients: number, { rows, seed, run }: Job): Plan {
  const changed = new Map<string, number>()
  const added = new Map<string, number>()
  const length = operationsOf(mix) / clients

  const operationsOfClient = (client: number): Operation[] => {
    const random = new Random(seed, `ycsb ${mix.letter} ${clients} ${client} ${run}`)
    const zipfian = new Zipfian(random)
    let inserted = 0
    const numberOfNew = (index: number) => rows + index * clients + client
    const anyAccount = () => scattered(zipfian.next(rows), rows)
    const latestAccount = () => {
      const age = zipfian.next(rows + inserted)
      return age < inserted ? numberOfNew(inserted - 1 - age) : rows - 1 - (age - inserted)
    }
    const read = (): Operation => {
      const key = accountKey(mix.latest ? latestAccount() : anyAccount())
      return mix.scans
        ? { kind: 'scan', start: key, count: 1 + random.below(longestScan) }
        : { kind: 'read', key }
    }
    const write = (): Operation => {
      if (mix.kind === 'insert') {
        const number = numberOfNew(inserted++)
        const made = account(number, seed)
        added.set(made.key, number)
        return { kind: 'insert', account: made }
      }
      const number = anyAccount()
      const key = accountKey(number)
      const field = fieldNames[random.below(fieldNames.length)]!
      changed.set(key, number)
      return mix.kind === 'modify'
        ? { kind: 'modify', key, field }
        : { kind: 'update', key, field, value: fieldValue(random) }
    }
    return Array.from({ length }, () => (random.percent(mix.share) ? write() : read()))
  }

  return {
    seed,
    rows,
    clients: Array.from({ length: clients }, (_, client) => operationsOfClient(client)),
    changed,
    added,
  }
}
