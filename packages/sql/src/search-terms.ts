/** What a search asks for: a text that must occur, and whether it may be but the beginning of a word. */
export interface SearchTerm {
  readonly text: string
  readonly isBeginning: boolean
}

/** A quoted phrase, or anything up to the next space or quotation mark. */
const term = /"([^"]*)"?(\*?)|([^\s"]+)/gu

const wordCharacter = /[\p{L}\p{N}\p{M}]/u

/**
 * The terms of what a person writes to search for: words, "phrases", and beginnings such as `config*`. Everything else in it
 * is taken literally, so that no query is malformed; what holds no word is left out.
 *
 * @param normalize brings each text into the form that the engine compares
 */
export function searchTerms(
  query: string,
  normalize: (text: string) => string = (text) => text,
): readonly SearchTerm[] {
  const found = [...query.toWellFormed().replaceAll('\0', ' ').matchAll(term)]
  return found
    .map(([, phrase, phraseStar, word]) => ({
      text: normalize(phrase ?? word!),
      isBeginning: word?.endsWith('*') === true || phraseStar === '*',
    }))
    .filter(({ text }) => wordCharacter.test(text))
}
