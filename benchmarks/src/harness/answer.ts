import { createHash, hash } from 'node:crypto'

/** What of an answer counts. */
export interface AnswerForm {
  /** Whether the order of the rows counts. */
  readonly ordered: boolean
  /** Significant digits of numbers that are not whole; 17 are all. */
  readonly digits: number
}

const allDigits = 17

/**
 * One text for all answers that mean the same, whatever driver gave them: a Date is its milliseconds, a bigint an integer, a
 * key without a value `null`; the order of keys does not count, nor do digits behind those of the form.
 *
 * Whole numbers always count with all digits: a lost row must not hide behind them.
 *
 * @throws TypeError for what has no such text: a Map, a Set, a function, a symbol
 */
export function canonicalText(value: unknown, digits: number = allDigits): string {
  switch (typeof value) {
    case 'number':
      return numberText(value, digits)
    case 'string':
      return JSON.stringify(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'undefined':
      return 'null'
    case 'object':
      return value === null ? 'null' : objectText(value, digits)
    case 'function':
    case 'symbol':
      throw new TypeError(
        `An answer holds a ${typeof value}: let \`plain\` of the step make a plain value of it.`,
      )
  }
}

function numberText(value: number, digits: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString()
  if (digits >= allDigits || !Number.isFinite(value)) return String(value)
  const rounded = Number(value.toPrecision(digits))
  return Number.isInteger(rounded) ? BigInt(rounded).toString() : String(rounded)
}

function objectText(value: object, digits: number): string {
  if (value instanceof Date) return numberText(value.getTime(), digits)
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)))
    return `[${Array.from(value as ArrayLike<unknown>, (item) => canonicalText(item, digits)).join()}]`
  if (
    value instanceof Map ||
    value instanceof Set ||
    value instanceof DataView ||
    value instanceof ArrayBuffer
  )
    throw new TypeError(
      `An answer holds a ${value.constructor.name}: let \`plain\` of the step make arrays and objects of it.`,
    )
  const fields = Object.entries(value)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalText(field, digits)}`)
  return `{${fields.join()}}`
}

/** SHA-256 of an answer, as hexadecimal digits. */
export function hashAnswer(answer: unknown, { ordered, digits }: AnswerForm): string {
  if (!Array.isArray(answer)) return hash('sha256', canonicalText(answer, digits))
  if (!ordered) {
    const sum = new UnorderedHash()
    for (const row of answer) sum.add(canonicalText(row, digits))
    return sum.digest()
  }
  const rows = createHash('sha256')
  for (const row of answer) rows.update(`${canonicalText(row, digits)}\n`)
  return rows.digest('hex')
}

/** SHA-256 over all rows of a stream, whatever order they come in. */
export async function hashContent(
  rows: AsyncIterable<object> | Iterable<object>,
  digits: number = allDigits,
): Promise<string> {
  const sum = new UnorderedHash()
  for await (const row of rows) sum.add(canonicalText(row, digits))
  return sum.digest()
}

const words = 4
const wordBits = 64

/** The sum of the hashes of rows, modulo 2^256, and their number: the same in any order, and needs no memory for them. */
class UnorderedHash {
  readonly #sum = new BigUint64Array(words)
  #count = 0

  add(text: string): void {
    const digest = hash('sha256', text, 'buffer')
    let carry = 0n
    for (let word = 0; word < words; word++) {
      const sum = this.#sum[word]! + digest.readBigUInt64LE(word * 8) + carry
      this.#sum[word] = sum
      carry = sum >> BigInt(wordBits)
    }
    this.#count += 1
  }

  digest(): string {
    return hash('sha256', `${this.#count}:${[...this.#sum].join()}`)
  }
}
