import { didYouMean, HoldfastError } from '@holdfast/core/backend'

/** How an in-memory database behaves. */
export interface MemoryOptions {
  /** Milliseconds that a writer waits for another one's transaction to end before it is refused with `BUSY`. Default 5,000. */
  readonly busyTimeout?: number
}

export const defaults = { busyTimeout: 5_000 } as const satisfies Required<MemoryOptions>

/** The greatest delay that a timer takes. */
const longestTimeout = 2 ** 31 - 1

/** The options with their defaults. Throws `INVALID_ARGUMENT` for unknown names and values out of range. */
export function checkOptions(options: MemoryOptions): Required<MemoryOptions> {
  if (typeof options !== 'object' || options === null)
    throw invalid('options', 'The options must be an object.')
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(defaults, name)) {
      throw invalid(
        `options[${JSON.stringify(name)}]`,
        `memory() has no option "${name}"${didYouMean(name, Object.keys(defaults))}`,
      )
    }
  }
  const { busyTimeout = defaults.busyTimeout } = options
  if (!Number.isInteger(busyTimeout) || busyTimeout < 0 || busyTimeout > longestTimeout) {
    throw invalid(
      'busyTimeout',
      `busyTimeout must be a whole number of milliseconds from 0 to ${longestTimeout}.`,
    )
  }
  return { busyTimeout }
}

function invalid(path: string, message: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', message, { path })
}
