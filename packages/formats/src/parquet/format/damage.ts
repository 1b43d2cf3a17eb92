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

/** What kept bytes from being read; it says nothing of the file. */
export class SourceFault extends Error {
  constructor(override readonly cause: unknown) {
    super('The bytes could not be read.')
  }
}

/** The error that tells what was found, whatever it was that came upon it. What the source of the bytes has thrown is left alone. */
export function damaged(error: unknown, file: string, offset?: number): Error {
  if (error instanceof SourceFault) return error.cause as Error
  if (isHoldfastError(error)) return error
  const at = error instanceof Damage ? (error.offset ?? offset) : offset
  const problem = error instanceof Damage ? error.message : 'it cannot be made out'
  const where = at === undefined ? file : `${file}, byte ${at}`
  const message = `${where}: the Parquet file is damaged: ${problem}.`
  return new HoldfastError('INVALID_DATA', message, { cause: error })
}
