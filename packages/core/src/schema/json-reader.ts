/**
 * Reads JSON. Does what `JSON.parse` does, and works around a fault of V8 in it, nodejs/node#63785: after it has seen the
 * key `\`, it may read another key that begins in the same way and goes on with an escape, such as `\n` or `"`, as `\`.
 *
 * @throws SyntaxError, or RangeError for arrays and objects nested thousands deep
 */
export function readJson(text: string): unknown {
  return hasEscapedKey(text) ? new Reader(text).read() : JSON.parse(text)
}

function hasEscapedKey(text: string): boolean {
  let escape = text.indexOf('\\')
  if (escape === -1) return false
  // Texts that end before the first escape are of no interest, but where one begins is only known from the start.
  for (let start = text.indexOf('"'); start !== -1;) {
    const end = endOfText(text, start)
    if (end === -1) return false
    if (escape < start) escape = text.indexOf('\\', start)
    if (escape === -1) return false
    if (escape < end && isBeforeColon(text, end)) return true
    start = text.indexOf('"', end + 1)
  }
  return false
}

/** The place of the quote that ends the text which another begins; -1 when there is none. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

function isEscaped(text: string, place: number): boolean {
  let first = place
  while (text[first - 1] === '\\') first--
  return (place - first) % 2 === 1
}

function isBeforeColon(text: string, end: number): boolean {
  let next = end + 1
  while (isSpace(text[next])) next++
  return text[next] === ':'
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\r' || character === '\t'
}

/** Takes objects and arrays apart, and leaves texts, numbers and words to `JSON.parse`. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): unknown {
    const value = this.#value()
    if (this.#next() !== undefined) this.#fail()
    return value
  }

  #value(): unknown {
    switch (this.#next()) {
      case '{':
        return Object.fromEntries(this.#items('}', () => this.#member()))
      case '[':
        return this.#items(']', () => this.#value())
      case '"':
        return this.#string()
      default:
        return JSON.parse(this.#word())
    }
  }

  #member(): readonly [string, unknown] {
    if (this.#next() !== '"') this.#fail()
    const key = this.#string()
    if (this.#next() !== ':') this.#fail()
    this.#at++
    return [key, this.#value()]
  }

  #items<Item>(close: string, item: () => Item): Item[] {
    this.#at++
    const items: Item[] = []
    while (this.#next() !== close) {
      if (items.length > 0) {
        if (this.#next() !== ',') this.#fail()
        this.#at++
      }
      items.push(item())
    }
    this.#at++
    return items
  }

  #string(): string {
    const end = endOfText(this.#text, this.#at)
    if (end === -1) this.#fail()
    const value = JSON.parse(this.#text.slice(this.#at, end + 1)) as string
    this.#at = end + 1
    return value
  }

  #word(): string {
    const start = this.#at
    while (/[-+.0-9A-Za-z]/.test(this.#text[this.#at] ?? '')) this.#at++
    return this.#text.slice(start, this.#at)
  }

  /** Skips white space and says what comes next. */
  #next(): string | undefined {
    while (isSpace(this.#text[this.#at])) this.#at++
    return this.#text[this.#at]
  }

  #fail(): never {
    throw new SyntaxError(`unexpected ${this.#text[this.#at] ?? 'end'} in JSON at position ${this.#at}`)
  }
}
