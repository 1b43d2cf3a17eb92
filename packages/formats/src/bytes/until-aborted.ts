import { throwIfAborted } from '@holdfast/core/backend'

type Items<Item> = AsyncIterator<Item> | Iterator<Item>

/**
 * The items of an iterator; one that never answers ends all the same when the caller aborts. Its `return` is called unless
 * it has ended by itself.
 *
 * @throws HoldfastError `ABORTED`, and what the iterator throws
 */
export async function* untilAborted<Item>(
  start: () => Items<Item>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item, undefined, undefined> {
  throwIfAborted(signal)
  const items = start()
  let wake = () => {}
  const abort = () => wake()
  signal?.addEventListener('abort', abort)
  const next = () =>
    new Promise<IteratorResult<Item> | undefined>((resolve, reject) => {
      wake = () => resolve(undefined)
      Promise.resolve(items.next()).then(resolve, reject)
    })
  let isOpen = false
  try {
    for (;;) {
      isOpen = false
      const step = await next()
      if (step === undefined) {
        // It may be waiting for ever: nobody waits for it.
        void Promise.resolve(items.return?.()).catch(() => undefined)
        return void throwIfAborted(signal)
      }
      if (step.done === true) return undefined
      isOpen = true
      yield step.value
    }
  } finally {
    signal?.removeEventListener('abort', abort)
    if (isOpen) await items.return?.()
  }
}
