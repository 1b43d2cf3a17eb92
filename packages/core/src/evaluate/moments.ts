/** The exact sums of doubles and of their squares, in little memory: values of one exponent are added as integers. */
export class ExactMoments {
  readonly #sums = new Map<number, { sum: bigint; squares: bigint }>()
  #count = 0

  get count(): number {
    return this.#count
  }

  add(value: number): void {
    this.#count++
    if (value === 0) return
    const { significand, exponent } = partsOf(value)
    const sums = this.#sums.get(exponent)
    if (sums === undefined) {
      this.#sums.set(exponent, { sum: significand, squares: significand * significand })
    } else {
      sums.sum += significand
      sums.squares += significand * significand
    }
  }

  /** The standard deviation of the sample of at least two values; infinite where it does not fit. */
  deviation(): number {
    const least = Math.min(...this.#sums.keys())
    let sum = 0n
    let squares = 0n
    for (const [exponent, sums] of this.#sums) {
      const shift = BigInt(exponent - least)
      sum += sums.sum << shift
      squares += sums.squares << (2n * shift)
    }
    const count = BigInt(this.#count)
    return rootOfQuotient(count * squares - sum * sum, count * (count - 1n), least)
  }
}

const float = new Float64Array(1)
const bits = new BigUint64Array(float.buffer)

/** A finite double as an integer times a power of two. */
function partsOf(value: number): { readonly significand: bigint; readonly exponent: number } {
  float[0] = value
  const fraction = bits[0]! & 0xfffffffffffffn
  const biased = Number((bits[0]! >> 52n) & 0x7ffn)
  const size = biased === 0 ? fraction : fraction | 0x10000000000000n
  return { significand: value < 0 ? -size : size, exponent: Math.max(biased, 1) - 1075 }
}

/** The square root of the quotient of two integers of any size, the first not negative, times a power of two. */
export function rootOfQuotient(numerator: bigint, denominator: bigint, exponent = 0): number {
  if (numerator === 0n) return 0
  // At least 60 bits of the quotient, with an even number of bits behind the point.
  const shift = 2 * Math.ceil((64 + bitsOf(denominator) - bitsOf(numerator)) / 2)
  const quotient =
    shift >= 0 ? (numerator << BigInt(shift)) / denominator : numerator / (denominator << BigInt(-shift))
  return timesPowerOfTwo(Math.sqrt(Number(quotient)), exponent - shift / 2)
}

/** In two steps, as the power alone may not be a double. */
function timesPowerOfTwo(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2)
  return value * 2 ** half * 2 ** (exponent - half)
}

/** About how many bits an integer has, more than fewer. */
function bitsOf(value: bigint): number {
  return 4 * value.toString(16).length
}
