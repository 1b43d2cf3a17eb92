import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'

/** What is wrong with a file, before it is known what the file is called. */
export class Damage extends Error {
  constructor(
    /** Ends a sentence that begins with the file. */
    message: string,
    /** The byte at which it was found. */
    readonly offset?: number,
  ) {
    super(message)
  }
}

/** The error that tells what was found, whatever it was that came upon it. */
export function damaged(error: unknown, file: string, offset?: number): HoldfastError {
  if (isHoldfastError(error)) return error
  const at = error instanceof Damage ? (error.offset ?? offset) : offset
  const problem = error instanceof Damage ? error.message : 'it cannot be made out'
  const where = at === undefined ? file : `${file}, byte ${at}`
  return new HoldfastError('INVALID_DATA', `${where}: the Parquet file is damaged: ${problem}.`, {
    cause: error,
  })
}
