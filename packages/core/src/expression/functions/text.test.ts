import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answer, row } from '../testing/rows.js'

const character = fc.constantFrom(
  'a',
  'B',
  'ß',
  'É',
  'ı',
  'K',
  '%',
  '_',
  '\\',
  "'",
  ' ',
  '\uE000',
  '😀',
  '𐀀',
  '👩',
  '\u200d',
)
const text = fc.string({ unit: character, maxLength: 8 })
const position = fc.integer({ min: -3, max: 12 })

test('length and substring count code points (TEXT-5)', () => {
  fc.assert(
    fc.property(text, position, position, (name, start, length) => {
      const points = Array.from(name)
      expect(answer(row.name.length(), { name })).toBe(points.length)
      const expected = start < 0 || length < 0 ? null : points.slice(start, start + length).join('')
      expect(answer(row.name.substring(start, length), { name })).toBe(expected)
      expect(answer(row.name.substring(row.number, row.other), { name, number: start, other: length })).toBe(
        expected,
      )
    }),
  )
  expect(answer(row.name.substring(1, Number.MAX_SAFE_INTEGER), { name: 'a😀b' })).toBe('😀b')
})

test('startsWith, endsWith and contains take their argument literally (TEXT-3)', () => {
  fc.assert(
    fc.property(text, text, text, (before, part, after) => {
      const whole = before + part + after
      expect(answer(row.name.contains(part), { name: whole })).toBe(true)
      expect(answer(row.name.startsWith(before), { name: whole })).toBe(true)
      expect(answer(row.name.endsWith(after), { name: whole })).toBe(true)
      expect(answer(row.name.contains(row.title), { name: before, title: part })).toBe(
        before.split(part).length > 1 || part === '',
      )
    }),
  )
  expect(answer(row.name.contains('%'), { name: 'abc' })).toBe(false)
  expect(answer(row.name.startsWith('_'), { name: 'abc' })).toBe(false)
  expect(answer(row.name.endsWith('C'), { name: 'abc' })).toBe(false)
})

test('lower and upper fold ASCII letters only (TEXT-4)', () => {
  fc.assert(
    fc.property(text, (name) => {
      const fold = (from: number, to: number, distance: number) =>
        Array.from(name, (one) => {
          const point = one.codePointAt(0)!
          return point >= from && point <= to ? String.fromCodePoint(point + distance) : one
        }).join('')
      expect(answer(row.name.lower(), { name })).toBe(fold(0x41, 0x5a, 32))
      expect(answer(row.name.upper(), { name })).toBe(fold(0x61, 0x7a, -32))
    }),
  )
})

test('concat joins, in order, and is null if any part is (TEXT-6)', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 9 }), text, (parts, name) => {
      expect(answer(row.name.concat(...parts), { name })).toBe(name + parts.join(''))
      expect(answer(row.name.concat(...parts, row.title), { name })).toBeNull()
    }),
  )
})

test('a concat over 16 MiB is null (TYPE-10)', () => {
  const name = 'é'.repeat(4 * 1024 * 1024)
  expect(answer(row.name.concat(row.name).length(), { name })).toBe(8 * 1024 * 1024)
  expect(answer(row.name.concat(row.name, 'a'), { name })).toBeNull()
})

test('of null they are null (NULL-5)', () => {
  for (const expression of [
    row.name.length(),
    row.name.lower(),
    row.name.contains('a'),
    row.name.substring(0, 1),
  ]) {
    expect(answer(expression)).toBeNull()
  }
})
