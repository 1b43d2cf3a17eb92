/** Runs one step and prints how long it took, and the most memory that the process had meanwhile. */
export async function measured(name: string, step: () => Promise<void>): Promise<void> {
  let heap = 0
  let resident = 0
  const look = () => {
    const memory = process.memoryUsage()
    heap = Math.max(heap, memory.heapUsed)
    resident = Math.max(resident, memory.rss)
  }
  look()
  const timer = setInterval(look, 50)
  const started = performance.now()
  const busy = process.cpuUsage()
  try {
    await step()
  } finally {
    clearInterval(timer)
  }
  look()
  const { user, system } = process.cpuUsage(busy)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const processor = ((user + system) / 1e6).toFixed(1)
  console.log(
    `${name}: ${seconds} s (${processor} s of the processor), heap ${mebibytes(heap)}, resident ${mebibytes(resident)}`,
  )
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`
}
