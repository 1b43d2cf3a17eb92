import { isHoldfastError } from '@holdfast/core/backend'

interface Entry<Item, Answer> {
  readonly item: Item
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/**
 * Lets calls that are made at once, with nothing but promises between them, share a round trip. Each keeps its own answer
 * and its own error: when they fail together they are made again one by one, unless it is unknown what became of them.
 */
export class Gathering<Item, Answer> {
  readonly #runOne: (item: Item) => Promise<Answer>
  readonly #runMany: (items: readonly Item[]) => Promise<readonly Answer[]>
  #entries: Entry<Item, Answer>[] = []

  /**
   * @param runMany gives an answer for each item, in order; when it fails nothing of it must have happened, unless it
   * fails with `CONNECTION_LOST`
   */
  constructor(
    runOne: (item: Item) => Promise<Answer>,
    runMany: (items: readonly Item[]) => Promise<readonly Answer[]>,
  ) {
    this.#runOne = runOne
    this.#runMany = runMany
  }

  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#entries.push({ item, resolve, reject }) === 1) queueMicrotask(() => this.#flush())
    })
  }

  #flush(): void {
    const entries = this.#entries
    this.#entries = []
    if (entries.length === 1) return this.#answerOne(entries[0]!)
    Promise.try(
      this.#runMany,
      entries.map(({ item }) => item),
    ).then(
      (answers) => entries.forEach(({ resolve }, index) => resolve(answers[index]!)),
      (error: unknown) => {
        const isUnknown = isHoldfastError(error) && error.code === 'CONNECTION_LOST'
        for (const entry of entries) {
          if (isUnknown) entry.reject(error)
          else this.#answerOne(entry)
        }
      },
    )
  }

  #answerOne({ item, resolve, reject }: Entry<Item, Answer>): void {
    Promise.try(this.#runOne, item).then(resolve, reject)
  }
}
