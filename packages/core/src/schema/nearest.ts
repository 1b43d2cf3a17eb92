/**
 * The candidate that a misspelt name most likely meant, compared without ASCII case; undefined when none is near. Near means
 * at most a third of the name's letters changed, missing, added or swapped with their neighbour, or the beginning of the
 * other name.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > longest) return undefined
  const wanted = name.toLowerCase()
  let best: string | undefined
  let fewest = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = distanceBetween(wanted, candidate.toLowerCase(), fewest)
    if (distance < fewest) [best, fewest] = [candidate, distance]
  }
  return best
}

function distanceBetween(wanted: string, candidate: string, fewest: number): number {
  if (
    wanted.length >= 3 &&
    candidate.length >= 3 &&
    (candidate.startsWith(wanted) || wanted.startsWith(candidate))
  ) {
    return wanted === candidate ? 0 : 1
  }
  return Math.abs(candidate.length - wanted.length) < fewest ? editDistance(wanted, candidate) : fewest
}

/** ` Did you mean "x"?`, or nothing when no candidate is near: to be put at the end of a message. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const found = nearest(name, candidates)
  return found === undefined ? '' : `. Did you mean "${found}"?`
}

/** Names are at most 63 letters; a longer text is no misspelling, and would only cost time. */
const longest = 100

/** Damerau-Levenshtein distance in its restricted form: no part of a text is edited twice. */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1]
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1))
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      if (swapped) cost = Math.min(cost, beforeLast[column - 2]! + 1)
      current.push(cost)
    }
    beforeLast = last
    last = current
  }
  return last[right.length]!
}
