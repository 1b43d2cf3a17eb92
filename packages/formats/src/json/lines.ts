import type { Problem } from '../errors.js'
import { documentsAtOnce, isSpace, lineFeed } from './splitter.js'
import type { Splitter } from './splitter.js'

/** One document in each line. Lines of white space are none. */
export class Lines implements Splitter {
  starts: number[] = []
  ends: number[] = []
  lines: number[] = []
  readonly problem: Problem | undefined = undefined
  line = 1

  split(bytes: Uint8Array, from: number, to: number, isLast: boolean): number {
    this.starts = []
    this.ends = []
    this.lines = []
    let at = from
    while (at < to && this.starts.length < documentsAtOnce) {
      const found = bytes.indexOf(lineFeed, at)
      const isOpen = found === -1 || found >= to
      if (isOpen && !isLast) return at
      const end = isOpen ? to : found
      if (!isBlank(bytes, at, end)) {
        this.starts.push(at)
        this.ends.push(end)
        this.lines.push(this.line)
      }
      this.line++
      at = isOpen ? to : end + 1
    }
    return at
  }
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from
  while (at < to && isSpace(bytes[at]!)) at++
  return at === to
}
