/** Shorter versions of a list, the shortest first: nothing, each half, then all but one. */
export function* shorter<Item>(items: readonly Item[], minimum = 0): Generator<Item[]> {
  if (items.length <= minimum) return
  if (minimum === 0 && items.length > 1) yield []
  for (let size = items.length >> 1; size >= 1; size >>= 1) {
    for (let start = 0; start < items.length; start += size) {
      const rest = [...items.slice(0, start), ...items.slice(start + size)]
      if (rest.length >= minimum && !(rest.length === 0 && items.length > 1)) yield rest
    }
  }
}

/** The list with one item replaced by each of its smaller versions. */
export function* replaced<Item>(
  items: readonly Item[],
  reduce: (item: Item, index: number) => Iterable<Item>,
): Generator<Item[]> {
  for (const [index, item] of items.entries()) {
    for (const smaller of reduce(item, index)) yield items.with(index, smaller)
  }
}
