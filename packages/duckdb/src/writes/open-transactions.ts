/** The transactions of a database that may write and have not ended, and the updates that none of them can meet. */
export class OpenTransactions {
  #open = 0
  #lone: Promise<unknown> | undefined

  /**
   * To be called before a transaction begins that may write; it must not begin before the promise resolves. What it gives
   * is to be called when the transaction has ended.
   */
  async enter(): Promise<() => void> {
    this.#open++
    let left = false
    const leave = () => {
      if (!left) this.#open--
      left = true
    }
    // Begun now, it would not see what the update changes, nor DuckDB notice that both change the same row.
    await this.#lone?.catch(nothing)
    return leave
  }

  /**
   * Runs an update outside of transactions, alone where none is open: then none begins before it is done. Never called for
   * two updates at a time.
   */
  async update<Result>(run: (alone: boolean) => Promise<Result>): Promise<Result> {
    if (this.#open > 0) return run(false)
    const running = run(true)
    this.#lone = running
    try {
      return await running
    } finally {
      this.#lone = undefined
    }
  }
}

function nothing(): void {}
