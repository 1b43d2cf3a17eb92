import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isHoldfastError } from '../../src/backend/errors.js'
import { canonicalJson, parseJson } from '../../src/schema/canonical-json.js'
import { readJson } from '../../src/schema/json-reader.js'
import { jsonDocument, plainDocument, storableText } from './arbitraries.js'

/** The same document with the members of every object in another order. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => shuffled(item, random))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([key, item]) => ({
    key,
    item: shuffled(item, random),
    place: random(),
  }))
  return Object.fromEntries(members.sort((a, b) => a.place - b.place).map(({ key, item }) => [key, item]))
}

describe('canonical JSON', () => {
  test('is the same exactly for documents that are equal', () => {
    fc.assert(
      fc.property(
        jsonDocument,
        jsonDocument,
        fc.infiniteStream(fc.double({ min: 0, max: 1 })),
        (left, right, numbers) => {
          const other = shuffled(left, () => numbers.next().value as number)
          expect(canonicalJson(other)).toBe(canonicalJson(left))
          const equal = isDeepStrictEqual(plainDocument(left), plainDocument(right))
          expect(canonicalJson(left) === canonicalJson(right)).toBe(equal)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('has no white space, its keys in code-point order, and is its own canonical form', () => {
    fc.assert(
      fc.property(jsonDocument, (document) => {
        const text = canonicalJson(document)
        expect(canonicalJson(parseJson(text))).toBe(text)
        expect(text).toBe(JSON.stringify(document, sortKeys))
      }),
      { numRuns: 2000 },
    )
  })

  /** A replacer that gives the members of objects in the order of their keys in UTF-8, where integers are no exception. */
  function sortKeys(_: string, value: unknown): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const keys = Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const numbered = keys.some((key) => /^[0-9]+$/.test(key))
    fc.pre(!numbered || keys.length === 1)
    return Object.fromEntries(keys.map((key) => [key, (value as Record<string, unknown>)[key]]))
  }

  test('orders keys that are numbers as texts', () => {
    expect(canonicalJson({ 2: 'b', 10: 'a', '-1': 0, '': 0 })).toBe('{"":0,"-1":0,"10":"a","2":"b"}')
    expect(canonicalJson({ '\u{1f600}': 1, '\u{e000}': 2 })).toBe('{"\u{e000}":2,"\u{1f600}":1}')
  })

  test('keeps 64 levels and refuses 65', () => {
    const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown
    expect(canonicalJson(nested(64))).toHaveLength(128)
    const code = (run: () => unknown) => {
      try {
        return run()
      } catch (error) {
        return isHoldfastError(error) ? [error.code, error.path] : error
      }
    }
    expect(code(() => canonicalJson(nested(65), 'doc'))).toEqual(['LIMIT_EXCEEDED', `doc${'[0]'.repeat(64)}`])
  })

  test('ends, with an error, where a small document is endless when it is written out', () => {
    let wide: unknown = ['kelp'.repeat(1000)]
    for (let level = 0; level < 60; level++) wide = [wide, wide]
    expect(() => canonicalJson(wide)).toThrow('at most 16777216 bytes')
  })
})

describe('reading JSON', () => {
  test('gives what JSON.stringify was given, whatever was read before', () => {
    const key = fc.oneof(
      storableText,
      fc.string({ unit: fc.constantFrom('\\', '"', '\n', '\u{1}', 'a', 'é'), maxLength: 3 }),
    )
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.oneof(
          key,
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
          fc.boolean(),
          fc.constant(null),
        ),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(key, tie('node'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }))
    fc.assert(
      fc.property(node, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        expect(JSON.stringify(readJson(JSON.stringify(value, null, space)))).toBe(JSON.stringify(value))
      }),
      { numRuns: 5000 },
    )
  })

  test('tells keys with escapes apart, which V8 does not', () => {
    for (const key of ['\\', '\n', '"', '\\', '\u{1}', '\\\\']) {
      expect(readJson(JSON.stringify({ first: 0, [key]: 1 }))).toStrictEqual({ first: 0, [key]: 1 })
    }
  })

  test('refuses what is no JSON, also where it has keys with escapes', () => {
    const broken = [
      '',
      '{',
      '{"\\n"',
      '{"\\n":',
      '{"\\n":1',
      '{"\\n":1,}',
      '{"\\n":1 "a":2}',
      '{"\\n":[1,]}',
      '{"\\n":[,1]}',
      '{"\\n":01}',
      '{"\\n":tru}',
      '{"\\n":1}x',
      '{"\\n":"a',
      '{"\\x":1}',
      '{"\\n":}',
      '["\\n":1]',
      '{\\n:1}',
      '{"\\n":1}}',
      "{'\\n':1}",
    ]
    for (const text of broken) {
      expect(() => readJson(text)).toThrow(SyntaxError)
      expect(() => parseJson(text)).toThrow('a stored json value is no JSON text')
    }
    expect(readJson('{"__proto__":1,"\\n":[],"a":{}}')).toStrictEqual(
      Object.fromEntries([
        ['__proto__', 1],
        ['\n', []],
        ['a', {}],
      ]),
    )
  })

  test('takes time in proportion to the text', () => {
    const hard = ['\\'.repeat(1_000_001), '"'.repeat(1_000_000), '\n"'.repeat(500_000)]
    for (const text of hard)
      expect(readJson(JSON.stringify([text, { [`${text}\n`]: text }]))).toStrictEqual([
        text,
        { [`${text}\n`]: text },
      ])
  })
})
