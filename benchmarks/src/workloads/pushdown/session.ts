export interface PushdownSession {
  /** The ten most seen pages of a site in a week, of which the engine takes so many operators; bare drivers take all. */
  topPages(operators: number): unknown
  /** The rows as all arms answer them; untimed. */
  plain(answer: unknown): readonly object[]
}
