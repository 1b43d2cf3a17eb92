import type { Buffer } from 'node:buffer'

/** The fields of a row as PostgreSQL writes them. */
export type Fields = readonly (string | null)[]

/** A column of a result, as the server describes it. */
export interface Description {
  readonly name: string
  /** The number of its type. */
  readonly dataTypeID: number
}

/** One statement of an exchange. */
export interface Step {
  readonly text: string
  readonly values?: readonly (string | null)[]
  /** Whether the connection keeps it prepared: for texts that come again. */
  readonly prepared?: boolean
  /** Takes what the server says of the columns, before the first row. */
  readonly onDescription?: (columns: readonly Description[]) => void
  /** Takes a row. What it throws fails the exchange once the server has ended it. */
  readonly onRow?: (fields: Fields) => void
  /** Takes a row, which then comes in the binary form of its types, instead: its bytes from one on. */
  readonly onBinaryRow?: (bytes: Buffer, at: number) => void
  /** Reads so many rows of a portal: of a new one, or the next ones of one that is open. */
  readonly portal?: { readonly name: string; readonly rows: number; readonly open: boolean }
  /** What `copy ... from stdin` reads. */
  readonly copyData?: Iterable<Buffer>
  /** What listeners are told of it instead of its text, which may hold values; empty for nothing. */
  readonly told?: string
}

export interface Completion {
  /** What was done, such as `INSERT`. Empty for a portal that has more rows. */
  readonly command: string
  /** The rows concerned. */
  readonly count: number
}

/** A statement that belongs to no call of a user's, such as those around transactions. */
export function command(text: string): Step {
  return { text, prepared: true, told: '' }
}
