/** Something in the files of a database that is not as it was written. */
export interface Problem {
  /** The file. */
  readonly path: string
  /** Where in the file it begins, in bytes. */
  readonly offset: number
  /** The table concerned; absent where it is the whole database. */
  readonly table?: string
  /** What is wrong. */
  readonly problem: string
  /** What cannot be had back. */
  readonly lost: string
  /** What `repair` can make of it. */
  readonly recoverable: string
}

/** What `repair` has written. */
export interface RepairReport {
  /** The folder of the new database. */
  readonly path: string
  readonly tables: readonly RepairedTable[]
  /** Everything that was found to be wrong. */
  readonly problems: readonly Problem[]
}

export interface RepairedTable {
  readonly name: string
  /** How many rows were written. */
  readonly rows: number
  /** How many of them may be older versions, or deleted: something newer with their keys may have been where damage is. */
  readonly doubtful: number
  /** How many were left out since an earlier row has the same values of a unique index. */
  readonly leftOut: number
}
