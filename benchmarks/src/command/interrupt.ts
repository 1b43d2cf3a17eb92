const signals = ['SIGINT', 'SIGTERM'] as const

/** Does work that can be ended by Ctrl-C; again Ctrl-C ends the process at once, and leaves behind what is there. */
export async function untilInterrupted<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const interrupt = () => {
    for (const signal of signals) process.off(signal, interrupt)
    process.stderr.write('\nEnding what was started ...\n')
    controller.abort()
  }
  for (const signal of signals) process.on(signal, interrupt)
  try {
    return await work(controller.signal)
  } finally {
    for (const signal of signals) process.off(signal, interrupt)
  }
}
