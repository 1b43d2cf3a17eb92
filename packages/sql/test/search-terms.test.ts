import fc from 'fast-check'
import { expect, test } from 'vitest'
import { searchTerms } from '../src/index.js'

test('words, phrases and beginnings are told apart', () => {
  expect(searchTerms('config* "open the* "rest "data ba"* last')).toEqual([
    { text: 'config*', isBeginning: true },
    { text: 'open the* ', isBeginning: false },
    { text: 'rest', isBeginning: false },
    { text: 'data ba', isBeginning: true },
    { text: 'last', isBeginning: false },
  ])
})

test('of whatever is written, each term is a well-formed text with a word in it, without quotation marks', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (query) => {
      for (const { text } of searchTerms(query)) {
        expect(text).toMatch(/[\p{L}\p{N}\p{M}]/u)
        expect(text).not.toMatch(/["\0]/)
        expect(text.isWellFormed()).toBe(true)
      }
    }),
  )
})

test('what is no word in the form that is compared is left out', () => {
  expect(searchTerms('- ... ""')).toEqual([])
  const withoutAccents = (text: string) => text.replaceAll('\u0301', '')
  expect(searchTerms('\u0301 e\u0301', withoutAccents)).toEqual([{ text: 'e', isBeginning: false }])
})
