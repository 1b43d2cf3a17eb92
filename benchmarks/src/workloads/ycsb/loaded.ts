import { accountKey } from '../../data/accounts.ts'

/** Which accounts are there before the first run. */
export interface LoadedAccounts {
  readonly rows: number
  /** By their keys. */
  readonly numbers: ReadonlyMap<string, number>
  /** In order. */
  readonly keys: readonly string[]
}

let kept: LoadedAccounts | undefined

export function loadedAccounts(rows: number): LoadedAccounts {
  if (kept?.rows !== rows) {
    const numbers = new Map<string, number>()
    for (let number = 0; number < rows; number++) numbers.set(accountKey(number), number)
    kept = { rows, numbers, keys: [...numbers.keys()].sort() }
  }
  return kept
}

/** Where the first key is that is `start` or behind it. */
export function firstFrom(keys: readonly string[], start: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]! < start) low = middle + 1
    else high = middle
  }
  return low
}
