import { blockSize, TemporaryFile } from './temporary-file.js'

/** What a query of core's may take of the machine. */
export interface WorkLimits {
  /** Bytes that one query may hold before it goes to disk. */
  readonly workMemory: number
  /** Where its temporary file is made. */
  readonly temporaryFolder: string
}

/** What the operators of one query may hold in memory, and where they put what is more. */
export class Workspace {
  /** The bytes of rows that one operator may hold. */
  readonly limit: number
  /** How many lists of rows on disk are read or written side by side. */
  readonly fan: number
  readonly file: TemporaryFile

  /**
   * @param operators among how many the memory is shared
   * @param wrote is told of the bytes that go to disk
   */
  constructor(
    { workMemory, temporaryFolder }: WorkLimits,
    operators: number,
    wrote: (bytes: number) => void,
  ) {
    this.limit = workMemory / Math.max(1, operators)
    this.fan = Math.min(Math.max(Math.floor(this.limit / (2 * blockSize)), 4), 64)
    this.file = new TemporaryFile(temporaryFolder, wrote)
  }

  /** Ends the temporary file. */
  close(): Promise<void> {
    return this.file.close()
  }
}

/** For what is held in memory however much it is. */
export const unlimited = new Workspace({ workMemory: Infinity, temporaryFolder: '' }, 1, () => undefined)
