/** The libraries of the arm are imported; nothing is opened yet. */
export interface OpeningSession {
  /** Opens the database of before, makes sure of its table, and reads one row by its key. */
  existing(): unknown
  /** Opens a new database, makes the table, inserts one row and reads it. `name` is new as well. */
  created(name: string): unknown
  /** The row as all arms answer it; untimed. */
  plain(answer: unknown): Reading
}

export interface Reading {
  readonly id: number
  readonly sensor: number
  readonly value: number | null
}

/** The row of a new database. */
export const firstReading: Reading = { id: 1, sensor: 2, value: 4.5 }
