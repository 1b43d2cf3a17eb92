import type { StoredValue } from '@holdfast/core/backend'
import type { Buffer } from 'node:buffer'
import { Damage } from '../format/damage.js'

/** Values of a page or a dictionary, none of which is null, made when they are asked for. */
export interface Vector {
  /**
   * Puts the values from `from` to before `to` into `out`, the first one at `at`.
   *
   * @throws NoValue where one is outside of its type
   */
  fill(from: number, to: number, out: StoredValue[], at: number): void
}

/** Makes the values that bytes hold in the encoding PLAIN. */
export type MakeVector = (bytes: Buffer, count: number) => Vector

/** A value that is outside of the type as which it is read; its place in the vector is known. */
export class NoValue extends Error {
  constructor(readonly index: number) {
    super('A value is outside of its type.')
  }
}

export function requireBytes(bytes: Uint8Array, needed: number): void {
  if (bytes.length < needed) throw new Damage('a page is shorter than its values')
}

/** Gives the value that is at a place; undefined if it is outside of the type. */
export type GetValue = (view: DataView, at: number, index: number) => StoredValue | undefined

/** Values of so many bytes each. */
export function fixedVector(width: number, get: GetValue): MakeVector {
  return (bytes, count) => {
    requireBytes(bytes, count * width)
    const view = viewOf(bytes)
    return {
      fill(from, to, out, at) {
        for (let index = from; index < to; index++, at++) {
          const value = get(view, index * width, index)
          if (value === undefined) throw new NoValue(index)
          out[at] = value
        }
      },
    }
  }
}

export function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length)
}

/** Whole numbers of 64 bits that are between these bounds, without a bigint for each. */
export function integers64(least: number, most: number): MakeVector {
  return (bytes, count) => {
    requireBytes(bytes, count * 8)
    const view = viewOf(bytes)
    return {
      fill(from, to, out, at) {
        for (let index = from; index < to; index++, at++) {
          const value = view.getInt32(index * 8 + 4, true) * 4294967296 + view.getUint32(index * 8, true)
          if (value < least || value > most) throw new NoValue(index)
          out[at] = value
        }
      },
    }
  }
}

export const doubles: MakeVector = (bytes, count) => {
  requireBytes(bytes, count * 8)
  const view = viewOf(bytes)
  return {
    fill(from, to, out, at) {
      for (let index = from; index < to; index++, at++) {
        const value = view.getFloat64(index * 8, true)
        if (!Number.isFinite(value)) throw new NoValue(index)
        // −0 is 0 (TYPE-2).
        out[at] = value + 0
      }
    },
  }
}

export const booleans: MakeVector = (bytes, count) => {
  requireBytes(bytes, Math.ceil(count / 8))
  return {
    fill(from, to, out, at) {
      for (let index = from; index < to; index++, at++)
        out[at] = ((bytes[index >>> 3]! >>> (index & 7)) & 1) === 1
    },
  }
}

/** The values of a dictionary at places in it, each of which is made once. */
export class Dictionary {
  readonly #vector: Vector
  readonly #values: (StoredValue | undefined)[]
  readonly #one: StoredValue[] = [null]

  constructor(
    vector: Vector,
    readonly size: number,
  ) {
    this.#vector = vector
    this.#values = new Array<undefined>(size).fill(undefined)
  }

  at(places: Int32Array): Vector {
    return {
      fill: (from, to, out, at) => {
        const values = this.#values
        for (let index = from; index < to; index++, at++) {
          const place = places[index]!
          out[at] = values[place] ?? this.#make(place, index)
        }
      },
    }
  }

  #make(place: number, index: number): StoredValue {
    try {
      this.#vector.fill(place, place + 1, this.#one, 0)
    } catch (error) {
      throw error instanceof NoValue ? new NoValue(index) : error
    }
    return (this.#values[place] = this.#one[0]!)
  }
}
