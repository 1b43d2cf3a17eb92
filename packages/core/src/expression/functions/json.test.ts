import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answer, row } from '../testing/rows.js'

const key = fc.constantFrom('a', 'b', '0', 'a.b', '$', '"', 'length', '__proto__', 'constructor', '')
const leaf = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 3 }).filter((text) => !text.includes('\0')),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((value) => value + 0),
  fc.constant(null),
)
const { document } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('document'), { maxLength: 3 }),
    fc.dictionary(key, tie('document'), { maxKeys: 3, noNullPrototype: true }),
  ),
}))
const path = fc.array(fc.oneof(key, fc.nat({ max: 3 })), { maxLength: 3 })

/** What lies at the path, found on the parsed text so that only own members count. */
function lookUp(value: unknown, [step, ...rest]: readonly (string | number)[]): unknown {
  if (step === undefined) return value
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== (typeof step === 'number'))
    return undefined
  return lookUp(Object.getOwnPropertyDescriptor(value, step)?.value, rest)
}

test('a path is read as a type, and is null when it is another (JSON-1)', () => {
  fc.assert(
    fc.property(document, path, (value, keys) => {
      fc.pre(value !== null)
      const values = { document: value }
      const at = row.document.path(...keys)
      const found = lookUp(value, keys)
      expect(answer(at.as('text'), values)).toBe(typeof found === 'string' ? found : null)
      expect(answer(at.as('boolean'), values)).toBe(typeof found === 'boolean' ? found : null)
      expect(answer(at.as('double'), values)).toBe(typeof found === 'number' ? found : null)
      expect(answer(at.as('integer'), values)).toBe(Number.isSafeInteger(found) ? found : null)
      expect(answer(at.as('json'), values)).toEqual(found ?? null)
    }),
  )
})

test('a part read as json is canonical again (TYPE-9)', () => {
  const values = {
    document: { part: { b: 1, 10: 'ten', 9: 'nine', a: null } },
    settings: { 9: 'nine', 10: 'ten', b: 1, a: null },
  }
  expect(answer(row.document.path('part').as('json').eq(row.settings), values)).toBe(true)
})

test('keys are texts or indexes', () => {
  for (const wrong of [-1, 1.5, '\0', '\ud800', null, {}, Symbol('key')]) {
    expect(() => row.document.path(wrong as string)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', path: 'path[0]' }),
    )
  }
  expect(() => row.document.path(...Array.from({ length: 65 }, () => 'a'))).toThrow(
    expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
  )
  expect(() => row.document.path('a').as('date' as 'text')).toThrow(
    expect.objectContaining({ code: 'TYPE_MISMATCH' }),
  )
})
