import type { ErrorCode, HoldfastError } from '@holdfast/core'

/** An error to be thrown. Core is loaded only now: what its import costs is one of the things that processes measure. */
export async function refusal(code: ErrorCode, message: string, cause?: unknown): Promise<HoldfastError> {
  const { HoldfastError } = await import('@holdfast/core')
  return new HoldfastError(code, message, { cause })
}
