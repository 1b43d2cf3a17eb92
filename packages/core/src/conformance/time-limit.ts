import { Disagreement } from './report/disagreement.js'

/** How long one call to an engine may take before it counts as hanging. */
export const callLimit = 20_000

/** The result of a call, or a disagreement when it has not ended within the limit. */
export async function withinLimit<T>(
  what: string,
  call: () => PromiseLike<T> | T,
  limit = callLimit,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const hanging = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new Disagreement({
          what: `${what} hangs`,
          expected: 'an answer or an error',
          received: `nothing after ${limit / 1000} seconds`,
        }),
      )
    }, limit)
  })
  try {
    return await Promise.race([Promise.resolve().then(call), hanging])
  } finally {
    clearTimeout(timer)
  }
}
