import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { properties } from '../../src/conformance/index.js'

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/semantics.md'), 'utf8')

/** The rules of the page with what its last column says. */
const rows = new Map(
  [...page.matchAll(/^\| ([A-Z]+-\d+) \|.*\| ([^|]*) \|$/gm)].map(([, rule = '', proof = '']) => [
    rule,
    proof,
  ]),
)

function proofOf(rule: string): string {
  return properties
    .filter(({ rules }) => rules.includes(rule))
    .map(({ name }) => `\`${name}\``)
    .join(', ')
}

describe('docs/semantics.md', () => {
  test('names for every rule the properties that prove it', () => {
    const expected = new Map([...rows.keys()].map((rule) => [rule, proofOf(rule)]))
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(expected))
    expect([...expected.values()]).not.toContain('')
  })

  test('has every rule that a property names', () => {
    const named = new Set(properties.flatMap(({ rules }) => rules))
    expect([...named].filter((rule) => !rows.has(rule))).toEqual([])
  })

  test('names each property differently', () => {
    const names = properties.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})
