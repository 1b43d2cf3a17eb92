import type { LogicalType, StoredValue } from '@holdfast/core/backend'
import type { Piece, ReadValue } from '../values/piece.js'
import { valueReader } from '../values/read.js'

const most = { precision: 18 }

/** A type that the values of a column may turn out to have, narrower ones before wider ones. */
interface Candidate {
  readonly type: LogicalType
  readonly read: ReadValue
  /** Whether a value that was read is spelt as it would be written: else something of it would be lost. */
  readonly isSame?: (value: StoredValue, text: string) => boolean
}

/** Numbers as they are spelt: a sign, digits before the point, and behind it. */
const decimalNumber = /^-?(0|[1-9]\d*)(?:\.(\d+))?$/

/** Whether a double prints the digits that were read, but for zeros at the end and another way to write the exponent. */
function isExactDouble(value: StoredValue, text: string): boolean {
  const written = String(value)
  return written === text || isEqualNumber(written, text)
}

/** Whether two spellings are of the same number. */
export function isEqualNumber(left: string, right: string): boolean {
  const [a, b] = [digitsOf(left), digitsOf(right)]
  return a !== undefined && a === b
}

/** A number in one form: its digits without zeros around them, and where the point is. */
function digitsOf(text: string): string | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  if (whole === undefined) return undefined
  const digits = (whole + fraction).replace(/0+$/, '')
  const significant = digits.replace(/^0+/, '')
  if (significant === '') return sign === '-' ? undefined : '0'
  const point = whole.length - (digits.length - significant.length) + Number(exponent)
  return `${sign}${significant}@${point}`
}

const candidate = (type: LogicalType, isSame?: Candidate['isSame']): Candidate => ({
  type,
  read: valueReader(type, 'stored'),
  ...(isSame && { isSame }),
})

const spelt = (value: StoredValue, text: string) => String(value) === text

const forTexts: readonly Candidate[] = [
  candidate({ name: 'date' }),
  candidate({ name: 'timestamp', unit: 'ms' }),
  candidate({ name: 'timestamp', unit: 'us' }),
  candidate({ name: 'uuid' }, spelt),
]

const forAll: readonly Candidate[] = [
  candidate({ name: 'boolean' }),
  candidate({ name: 'integer' }),
  candidate({ name: 'bigint' }),
  candidate({ name: 'double' }, isExactDouble),
  ...forTexts,
]

/** Finds the narrowest type in which every value of a column is exactly what is spelt (FILE-4). */
export class SpeltColumn {
  /** Whether a value is null. */
  isNullable = false
  #candidates: readonly Candidate[]
  /** The digits of decimals: before the point at most, and behind it, in each of them; -1 where there are none. */
  #whole = 0
  #fraction: number | undefined
  #hasValues = false

  /** @param isQuoted whether values are texts in any case, as in JSON, where numbers have their own form */
  constructor(isQuoted: boolean) {
    this.#candidates = isQuoted ? forTexts : forAll
    if (isQuoted) this.#fraction = -1
  }

  add(piece: Piece, start: number, end: number): void {
    this.#hasValues = true
    if (this.#isSettled) return
    const text = piece.text.slice(start - piece.base, end - piece.base)
    const fits = ({ read, isSame }: Candidate) => {
      const value = read(piece, start, end)
      return value !== undefined && (isSame === undefined || isSame(value as StoredValue, text))
    }
    if (!this.#candidates.every(fits)) this.#candidates = this.#candidates.filter(fits)
    if (this.#fraction !== -1) this.#addDigits(text)
  }

  /** Whether only texts are left. */
  get #isSettled(): boolean {
    return this.#candidates.length === 0 && this.#fraction === -1
  }

  /** Decimals have the same number of digits behind the point: else they would be written with others. */
  #addDigits(text: string): void {
    const [, whole, fraction = ''] = decimalNumber.exec(text) ?? []
    const isOne = whole !== undefined && fraction !== '' && !/^-0\.0*$/.test(text)
    this.#whole = Math.max(this.#whole, whole === '0' ? 0 : (whole?.length ?? 0))
    const isSame = isOne && (this.#fraction ?? fraction.length) === fraction.length
    this.#fraction = isSame && this.#whole + fraction.length <= most.precision ? fraction.length : -1
  }

  get type(): LogicalType {
    if (!this.#hasValues) return { name: 'text' }
    if (this.#fraction !== undefined && this.#fraction > 0) {
      const precision = Math.max(this.#whole + this.#fraction, 1)
      return { name: 'decimal', precision, scale: this.#fraction }
    }
    return this.#candidates[0]?.type ?? { name: 'text' }
  }
}
