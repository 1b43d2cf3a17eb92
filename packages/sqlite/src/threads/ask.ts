import { HoldfastError, isHoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { WriteAnswers, WriteRequest } from './messages.js'
import type { Thread } from './thread.js'

interface AskOptions {
  /** What changes hands with the request. */
  readonly buffers?: readonly ArrayBuffer[]
  readonly signal?: AbortSignal | undefined
}

/** Has a thread write. Once the signal is aborted the thread undoes it, unless it is done already. */
export function askToWrite<Write extends WriteRequest>(
  thread: Thread,
  write: Write,
  { buffers = [], signal }: AskOptions = {},
): Promise<WriteAnswers[Write['kind']]> {
  throwIfAborted(signal)
  return new Promise((resolve, reject) => {
    const abort = () => thread.cancel(id)
    const settle = () => signal?.removeEventListener('abort', abort)
    const listener = {
      done: (answer: unknown) => {
        settle()
        resolve(answer as WriteAnswers[Write['kind']])
      },
      failed: (error: Error) => {
        settle()
        reject(withReason(error, signal))
      },
    }
    const id = thread.ask((number) => ({ kind: 'write', id: number, write }), listener, buffers)
    signal?.addEventListener('abort', abort, { once: true })
  })
}

/** An abort with the reason of the caller, which did not go to the thread. */
function withReason(error: Error, signal: AbortSignal | undefined): Error {
  if (signal === undefined || !isHoldfastError(error) || error.code !== 'ABORTED') return error
  return new HoldfastError('ABORTED', error.message, { cause: signal.reason })
}
