import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dateOf, isDate } from '../../src/schema/date.js'
import { fitsPrecision, formatDecimal, parseDecimal } from '../../src/schema/decimal.js'
import { describeValue } from '../../src/schema/describe.js'
import { didYouMean, nearest } from '../../src/schema/nearest.js'
import { fitsBytes } from '../../src/schema/text.js'
import { isUuid, parseUuid, uuidv7 } from '../../src/schema/uuid.js'
import { hostileValues } from './hostile.js'

describe('dates', () => {
  test('are exactly the days that the calendar has', () => {
    const part = (size: number) =>
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: size, maxLength: size })
    const near = fc.tuple(part(4), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
    fc.assert(
      fc.property(near, ([year, month, day]) => {
        const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
        const instant = new Date(`${text}T00:00:00.000Z`)
        const exists =
          year !== '0000' && !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text)
        expect(isDate(text)).toBe(exists)
      }),
      { numRuns: 5000 },
    )
  })

  test('of instants are their UTC days', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -719_162, max: 2_932_896 }),
        fc.integer({ min: 0, max: 86_399_999 }),
        (day, time) => {
          const date = dateOf(day * 86_400_000 + time)
          expect(isDate(date)).toBe(true)
          expect(Date.parse(`${date}T00:00:00.000Z`)).toBe(day * 86_400_000)
        },
      ),
    )
  })
})

describe('decimals', () => {
  test('are read as they are written', () => {
    const type = fc
      .integer({ min: 1, max: 18 })
      .chain((precision) => fc.tuple(fc.constant(precision), fc.integer({ min: 0, max: precision })))
    fc.assert(
      fc.property(
        type,
        fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }),
        ([precision, scale], unscaled) => {
          const text = formatDecimal(unscaled, scale)
          expect(text).toMatch(scale === 0 ? /^-?[0-9]+$/ : new RegExp(`^-?[0-9]+\\.[0-9]{${scale}}$`))
          expect(parseDecimal(text, precision, scale)).toBe(
            fitsPrecision(unscaled, precision) ? unscaled : undefined,
          )
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('of thousands of digits cost nothing', () => {
    expect(parseDecimal('9'.repeat(1_000_000), 18, 0)).toBeUndefined()
    expect(parseDecimal('0'.repeat(1_000_000), 18, 0)).toBeUndefined()
    expect(parseDecimal(`0.${'0'.repeat(1_000_000)}`, 18, 18)).toBeUndefined()
  })
})

describe('UUIDs', () => {
  test('of core are different, in order, of version 7, and begin with the time', () => {
    const before = Date.now()
    const made = Array.from({ length: 100_000 }, () => uuidv7())
    expect(new Set(made).size).toBe(made.length)
    expect(made.toSorted()).toEqual(made)
    for (const uuid of made.slice(0, 1000)) {
      expect(isUuid(uuid)).toBe(true)
      expect(uuid).toMatch(/^.{14}7.{4}[89ab]/)
      const time = Number.parseInt(uuid.replace('-', '').slice(0, 12), 16)
      expect(time).toBeGreaterThanOrEqual(before)
      expect(time).toBeLessThanOrEqual(Date.now() + 1000)
    }
  })

  test('rise also when the clock is set back', () => {
    const now = Date.now() + 5000
    const made = [now, now - 60_000, now - 120_000, now, now + 1].map((time) => uuidv7(time))
    expect(made.toSorted()).toEqual(made)
  })

  test('are read in any case and no other form', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        expect(parseUuid(uuid.toUpperCase())).toBe(uuid)
        expect(parseUuid(`{${uuid}}`)).toBeUndefined()
        expect(parseUuid(uuid.replaceAll('-', ''))).toBeUndefined()
        expect(isUuid(uuid.toUpperCase())).toBe(!/[a-f]/.test(uuid))
      }),
    )
  })
})

describe('the nearest name', () => {
  const names = ['id', 'station', 'celsius', 'createdAt', 'indexes', 'note']

  test.each([
    ['staton', 'station'],
    ['sattion', 'station'],
    ['CREATEDAT', 'createdAt'],
    ['created', 'createdAt'],
    ['index', 'indexes'],
    ['notes', 'note'],
    ['ie', 'id'],
    ['kelvin', undefined],
    ['x', undefined],
    ['', undefined],
    ['y'.repeat(1_000_000), undefined],
  ])('of %s is %s', (name, expected) => {
    expect(nearest(name, names)).toBe(expected)
  })

  test('is the name itself where it is there', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 60 }), {
          minLength: 1,
          selector: (name) => name.toLowerCase(),
        }),
        fc.nat(),
        (names, index) => {
          const name = names[index % names.length]!
          expect(nearest(name, names)).toBe(name)
        },
      ),
    )
  })

  test('ends a message, or nothing does', () => {
    expect(didYouMean('staton', names)).toBe('. Did you mean "station"?')
    expect(didYouMean('kelvin', names)).toBe('')
  })
})

test('every value has a short description', () => {
  for (const value of hostileValues()) expect(describeValue(value).length).toBeLessThan(80)
  expect(describeValue(2n ** 200_000n)).toBe('a bigint of more than 128 bits')
  expect(describeValue('2024-13-01')).toBe("the text '2024-13-01'")
  expect(describeValue('password1')).toBe('a text of 9 characters')
})

test('bytes of texts are those of UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(100), (text, maximum) => {
      expect(fitsBytes(text, maximum)).toBe(new TextEncoder().encode(text).length <= maximum)
    }),
  )
})
