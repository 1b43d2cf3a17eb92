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

/** The counter has 42 bits and starts below half of that, so that it hardly ever runs over within a millisecond. */
const counterEnd = 2 ** 42

const bytesInHex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const pool = new Uint32Array(1024)
let used = pool.length
let lastTime = 0
/** The first 13 digits, of the last time. */
let timeInHex = ''
let counter = 0

/**
 * A new time-ordered UUID, version 7. Each is greater than all that this process made before, also within one millisecond
 * and when the clock is set back: the 42 bits after the time count, the last 32 are random.
 */
export function uuidv7(now: number = Date.now()): string {
  if (now > lastTime) startAt(now)
  else if (++counter === counterEnd) startAt(lastTime + 1)
  const high = Math.floor(counter / 2 ** 30)
  const low = counter % 2 ** 30
  return `${timeInHex}-${hex16(0x7000 + high)}-${hex16(0x8000 + (low >>> 16))}-${hex16(low & 0xffff)}${hex32(random())}`
}

function startAt(time: number): void {
  lastTime = time
  timeInHex = time.toString(16).padStart(12, '0').replace(/^.{8}/, '$&-')
  counter = (random() % 2 ** 9) * 2 ** 32 + random()
}

function random(): number {
  if (used === pool.length) {
    // Loaded here because it takes 3 ms, a third of what the start of a program may cost.
    process.getBuiltinModule('node:crypto').randomFillSync(pool)
    used = 0
  }
  return pool[used++]!
}

function hex16(value: number): string {
  return bytesInHex[value >>> 8]! + bytesInHex[value & 0xff]!
}

function hex32(value: number): string {
  return hex16(value >>> 16) + hex16(value & 0xffff)
}
