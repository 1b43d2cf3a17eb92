import { randomFillSync } from 'node:crypto'

const written = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const writtenInAnyCase = new RegExp(written.source, 'i')

/** Whether a text is a UUID in its stored form: 8-4-4-4-12 hexadecimal digits in lower case. */
export function isUuid(value: string): boolean {
  return value.length === 36 && written.test(value)
}

/** The stored form of a UUID written in any case; undefined when the text is none (TYPE-8). */
export function parseUuid(value: string): string | undefined {
  if (value.length !== 36) return undefined
  if (written.test(value)) return value
  return writtenInAnyCase.test(value) ? value.toLowerCase() : undefined
}

/** Counts the UUIDs of one millisecond, from a random start below half of its range so that it rarely runs over. */
const counterEnd = 2 ** 42

const pool = new Uint32Array(1024)
let used = pool.length
let lastTime = 0
let counter = 0

/**
 * A new time-ordered UUID, version 7. Each is greater than all that this process made before, also within one millisecond
 * and when the clock is set back: the 42 bits after the time count, the last 32 are random.
 */
export function uuidv7(now: number = Date.now()): string {
  if (now > lastTime) {
    lastTime = now
    counter = randomStart()
  } else if (++counter === counterEnd) {
    lastTime++
    counter = randomStart()
  }
  const time = hex(lastTime, 12)
  const high = hex(0x7000 + Math.floor(counter / 2 ** 30), 4)
  const middle = counter % 2 ** 30
  const variant = hex(0x8000 + Math.floor(middle / 2 ** 16), 4)
  const low = hex(middle % 2 ** 16, 4) + hex(random(), 8)
  return `${time.slice(0, 8)}-${time.slice(8)}-${high}-${variant}-${low}`
}

function randomStart(): number {
  return (random() % 2 ** 9) * 2 ** 32 + random()
}

function random(): number {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return pool[used++]!
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
