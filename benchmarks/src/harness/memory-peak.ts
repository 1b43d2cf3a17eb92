import { writeFileSync } from 'node:fs'

const mebibyte = 2 ** 20

/** The most memory that this process has held, MiB: since it began, and, where the system lets it, since the work began. */
export class MemoryPeak {
  #before: number | undefined
  #highest = 0
  #growth = 0

  /** Work begins. */
  begin(): void {
    this.#highest = Math.max(this.#highest, highest())
    if (!beginAnew()) return
    this.#before ??= process.memoryUsage.rss() / mebibyte
  }

  /** Work has ended; what comes next is not part of it. */
  end(): void {
    const now = highest()
    this.#highest = Math.max(this.#highest, now)
    if (this.#before !== undefined) this.#growth = Math.max(this.#growth, now - this.#before)
  }

  get peak(): number {
    return Math.max(this.#highest, highest())
  }

  /** What all work has added to what the process held before the first of it; undefined where the system does not tell. */
  get growth(): number | undefined {
    return this.#before === undefined ? undefined : this.#growth
  }
}

const highest = () => process.resourceUsage().maxRSS / 1024

/** Has Linux forget the peak so far. */
function beginAnew(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
    return true
  } catch {
    return false
  }
}
