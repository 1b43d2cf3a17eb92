import { option, readBackendOptions } from '@holdfast/core/backend'

/** How an in-memory database behaves. */
export interface MemoryOptions {
  /** Milliseconds that a writer waits for another one's transaction to end before it is refused with `BUSY`. Default 5,000. */
  readonly busyTimeout?: number
}

export const defaults = { busyTimeout: 5_000 } as const satisfies Required<MemoryOptions>

/** The options with their defaults. Throws `INVALID_ARGUMENT` for unknown names and values out of range. */
export function checkOptions(options: MemoryOptions): Required<MemoryOptions> {
  const given = readBackendOptions<MemoryOptions>(options, {
    takenBy: 'memory',
    example: defaults,
    rules: { busyTimeout: option.wholeNumber(0) },
  })
  return { ...defaults, ...given }
}
