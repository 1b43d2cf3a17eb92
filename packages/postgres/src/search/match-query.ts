/** A quoted phrase, or anything up to the next space or quotation mark. */
const term = /"([^"]*)"?(\*?)|([^\s"]+)/gu

const wordCharacter = /[\p{L}\p{N}\p{M}]/u

/**
 * A query in the language of `to_tsquery` from what a person writes: words that must all occur, "phrases", and beginnings
 * such as `config*`. Everything else in it is taken literally, so that no query is malformed. Undefined if it holds no word.
 */
export function matchQuery(query: string): string | undefined {
  const terms: string[] = []
  for (const [, phrase, phraseStar, word] of query.toWellFormed().replaceAll('\0', ' ').matchAll(term)) {
    const isBeginning = word?.endsWith('*') === true || phraseStar === '*'
    const text = plainText(phrase ?? word!)
    if (wordCharacter.test(text))
      terms.push(`'${text.replaceAll(/['\\]/g, '$&$&')}'${isBeginning ? ':*' : ''}`)
  }
  return terms.length === 0 ? undefined : terms.join(' & ')
}

/** Without case and accents. */
function plainText(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
}
