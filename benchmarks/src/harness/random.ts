import { Random } from '../data/random.ts'

/** Numbers from 0 to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  const numbers = new Random(seed, 'order')
  return () => numbers.fraction()
}

/** The same items in another order, each order as likely as any other. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const result = [...items]
  for (let end = result.length - 1; end > 0; end--) {
    const other = Math.floor(random() * (end + 1))
    const item = result[end]!
    result[end] = result[other]!
    result[other] = item
  }
  return result
}
