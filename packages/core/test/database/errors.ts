import { isHoldfastError } from '../../src/index.js'
import type { ErrorCode, HoldfastError } from '../../src/index.js'

/** The error that a call rejects with or throws, which must be one of ours. */
export async function errorOf(call: () => unknown): Promise<HoldfastError> {
  let answer: unknown
  try {
    answer = await call()
  } catch (error) {
    if (isHoldfastError(error)) return error
    throw new Error('the call failed with an error that is not ours', { cause: error })
  }
  throw new Error(`the call succeeded with ${String(answer)}`)
}

/** The code of the error that a call rejects with or throws. */
export async function codeOf(call: () => unknown): Promise<ErrorCode> {
  return (await errorOf(call)).code
}
