import { Buffer } from 'node:buffer'
import type { Comparator, StoredValue } from '@holdfast/core/backend'
import type { SchemaElement, Statistics } from 'hyparquet'
import type { WritingLibrary } from '../format/library.js'
import type { ValueKind } from './values.js'

/** Longer texts and bytes are told by what they begin with. */
const longestTold = 64

/** The least and the greatest of values in the order of their type (ORDER-1), and how many are null. */
export class Bounds {
  min: StoredValue = null
  max: StoredValue = null
  nulls = 0
  readonly #compare: Comparator<StoredValue> | undefined

  constructor(compare: Comparator<StoredValue> | undefined) {
    this.#compare = compare
  }

  addNulls(count: number): void {
    this.nulls += count
  }

  addValues(values: readonly StoredValue[], count: number): void {
    if (count === 0 || this.#compare === undefined) return
    // Numbers, the most frequent ones, without a call for each.
    if (typeof values[0] === 'number') this.#addNumbers(values as readonly number[], count)
    else for (let index = 0; index < count; index++) this.#add(values[index]!)
  }

  #addNumbers(values: readonly number[], count: number): void {
    let min = values[0]!
    let max = min
    for (let index = 1; index < count; index++) {
      const value = values[index]!
      if (value < min) min = value
      else if (value > max) max = value
    }
    this.#add(min)
    this.#add(max)
  }

  /** Values by their places among others. */
  addPlaced(values: readonly StoredValue[], places: Int32Array, count: number): void {
    if (this.#compare === undefined) return
    const seen = new Uint8Array(values.length)
    for (let index = 0; index < count; index++) {
      const place = places[index]!
      if (seen[place] === 1) continue
      seen[place] = 1
      this.#add(values[place]!)
    }
  }

  addAll({ min, max, nulls }: Bounds): void {
    this.nulls += nulls
    if (min === null) return
    this.#add(min)
    this.#add(max)
  }

  #add(value: StoredValue): void {
    const compare = this.#compare!
    if (this.min === null) this.min = this.max = value
    else if (compare(value, this.min) < 0) this.min = value
    else if (compare(value, this.max) > 0) this.max = value
  }

  statistics(library: WritingLibrary, element: SchemaElement, kind: ValueKind): Statistics {
    const counted = { null_count: BigInt(this.nulls) }
    if (this.min === null) return counted
    const [min, max] = this.#told(kind)
    const cut = element.type === 'BYTE_ARRAY' ? this.bytes(library, element, kind) : undefined
    return {
      ...counted,
      min_value: cut?.[0] ?? min,
      max_value: cut?.[1] ?? max,
      ...(isCut(this.min) && { is_min_value_exact: false }),
      ...(isCut(this.max) && { is_max_value_exact: false }),
    }
  }

  #told({ toMetadata }: ValueKind) {
    const [min, max] = [toMetadata(this.min), toMetadata(this.max)]
    // Of a double readers may take the one zero for less than the other.
    return [min === 0 ? -0 : min, max] as const
  }

  /** Both as they stand in the file: long ones are cut off, and the greatest one rounded up. */
  bytes(
    { unconvertMinMax }: WritingLibrary,
    element: SchemaElement,
    kind: ValueKind,
  ): [Uint8Array, Uint8Array] {
    const [min, max] = this.#told(kind)
    return [
      unconvertMinMax(min, element, false, longestTold)!,
      unconvertMinMax(max, element, true, longestTold)!,
    ]
  }
}

function isCut(value: StoredValue): boolean {
  if (typeof value === 'string') return Buffer.byteLength(value) > longestTold
  return value instanceof Uint8Array && value.length > longestTold
}
