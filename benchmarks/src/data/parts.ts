/** Arrays of so many items, the last one perhaps shorter. */
export function* partsOf<Item>(items: Iterable<Item>, length: number): Generator<Item[], void, void> {
  let part: Item[] = []
  for (const item of items) {
    if (part.push(item) < length) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
}

/** The items dealt out to so many callers, to each the same number or one less. */
export function dealt<Item>(items: readonly Item[], callers: number): Item[][] {
  return Array.from({ length: callers }, (_, caller) =>
    items.filter((_, index) => index % callers === caller),
  )
}
