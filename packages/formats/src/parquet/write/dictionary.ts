import type { StoredValue } from '@holdfast/core/backend'
import type { ValueKind } from './values.js'

const mostValues = 1 << 14
const mostBytes = 1 << 20

/** The different values of a column chunk, and where each stands among them. */
export class Dictionary {
  readonly values: StoredValue[] = []
  readonly #kind: ValueKind
  readonly #places = new Map<StoredValue, number>()
  #bytes = 0

  constructor(kind: ValueKind) {
    this.#kind = kind
  }

  /** Whether it is still worth while: values that hardly ever come twice take less room without. */
  get isSmall(): boolean {
    return this.values.length <= mostValues && this.#bytes <= mostBytes
  }

  /** Finds the places of values, which are added where they are new. */
  place(values: readonly StoredValue[], count: number, places: Int32Array): void {
    for (let index = 0; index < count; index++) {
      const value = values[index]!
      const known = this.#places.get(value)
      places[index] = known ?? this.#add(value)
    }
  }

  #add(value: StoredValue): number {
    const place = this.values.length
    this.#places.set(value, place)
    this.values.push(value)
    this.#bytes += this.#kind.sizeOf(value)
    return place
  }
}

/** How many values are looked at before a dictionary is begun. */
const sampled = 256

/** Whether values seem to come often enough for a dictionary. */
export function repeatsItself(values: readonly StoredValue[], count: number): boolean {
  const sample = Math.min(count, sampled)
  const step = count / sample
  const seen = new Set<StoredValue>()
  for (let index = 0; index < sample; index++) seen.add(values[Math.floor(index * step)]!)
  return seen.size * 2 <= sample
}
