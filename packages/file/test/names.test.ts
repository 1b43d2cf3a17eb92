import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeName, encodeName } from '../src/disk/names.js'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('a', 'A', 'b', '.', ' ', '/', '%', '+', '~', '-', '_', '2', 'e', 'u', 'd'),
    maxLength: 12,
  }),
  fc.array(fc.nat(0xffff), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: fc.constantFrom('a', 'A', '/', '\u00e9'), minLength: 60, maxLength: 700 }),
  fc.constantFrom(
    'CON',
    'con',
    'nul.txt',
    'NUL',
    'com1',
    'LPT9',
    'com¹',
    'lock',
    'Lock',
    '.',
    '..',
    '',
    'a.',
    'a ',
  ),
)

/** Two names that are likely to be confused. */
const pairs = fc.oneof(
  fc.tuple(anyText, anyText),
  anyText.map((name) => [name, name.toUpperCase()] as const),
  anyText.map((name) => [name, name.normalize('NFD')] as const),
  anyText.map((name) => [name, name.normalize('NFC')] as const),
  anyText.map((name) => [name, encodeName(name)] as const),
  fc
    .tuple(anyText, fc.constantFrom('.', ' ', '/', '\0', 'a'))
    .map(([name, end]) => [name, name + end] as const),
)

/** As the file systems that take most liberties see a name. */
const folded = (name: string) =>
  name
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replace(/[. ]+$/, '')

test('different names have different codes, also where case and Unicode are folded', () => {
  fc.assert(
    fc.property(pairs, ([left, right]) => {
      expect(folded(encodeName(left)) === folded(encodeName(right))).toBe(left === right)
    }),
    { numRuns: 3000 },
  )
})

test('a code is a safe name on every system', () => {
  fc.assert(
    fc.property(anyText, (name) => {
      const code = encodeName(name)
      expect(code).toMatch(/^[a-z0-9_+%~-]{1,200}$/)
      expect(code).not.toMatch(/^(con|prn|aux|nul|com[0-9]|lpt[0-9]|lock)$/)
    }),
    { numRuns: 3000 },
  )
})

test('a code is read back, but for that of a long name', () => {
  fc.assert(
    fc.property(anyText, (name) => {
      const code = encodeName(name)
      expect(decodeName(code)).toBe(code.includes('~') ? undefined : name)
      if (name.length <= 16) expect(code).not.toContain('~')
    }),
    { numRuns: 3000 },
  )
})

test('what is no code is not read', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const name = decodeName(text)
      if (name !== undefined) expect(encodeName(name)).toBe(text)
    }),
    { numRuns: 3000 },
  )
})

test.each([
  ['readings', 'readings'],
  ['user_accounts_2', 'user_accounts_2'],
  ['UserAccounts', '+user+accounts'],
  ['a/b', 'a%2fb'],
  ['..', '%2e%2e'],
  ['', '%'],
  ['CON', '+c+o+n'],
  ['con', '%63on'],
  ['nul.txt', 'nul%2etxt'],
  ['lock', '%6cock'],
  ['é', '%c3%a9'],
  ['🌿', '%f0%9f%8c%bf'],
])('%j is kept as %j', (name, code) => {
  expect(encodeName(name)).toBe(code)
  expect(decodeName(code)).toBe(name)
})

test('long names that begin alike have codes of their own', () => {
  const names = [200, 201, 600, 601].flatMap((length) =>
    ['a', 'A', 'é'].map((letter) => letter.repeat(length)),
  )
  const codes = new Set(names.map(encodeName))
  expect(codes.size).toBe(names.length)
  for (const code of codes) expect(code.length).toBeLessThanOrEqual(200)
})
