/** What a reader has seen of the sales: each of them adds to it by its id, its quantity and its note. */
export function tally(id: number, quantity: number, note: string | null): number {
  return (id % 1009) * quantity + (note === null ? 1 : note.length + 2)
}
