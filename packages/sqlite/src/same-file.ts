import { realpathSync } from 'node:fs'

/** Something that must know when its file was written. */
export interface Observer {
  refresh(): void
}

/** Those who read a file, by its real path: several databases of one process may have one file open. */
const observers = new Map<string, Set<Observer>>()

/** Tells everybody in this process who reads the same file that it was written. */
export class SameFile {
  readonly #path: string
  readonly #observers: Set<Observer>

  /** @param path of a file that exists */
  constructor(path: string) {
    this.#path = realpathSync(path)
    let known = observers.get(this.#path)
    if (known === undefined) observers.set(this.#path, (known = new Set()))
    this.#observers = known
  }

  join(observer: Observer): void {
    this.#observers.add(observer)
  }

  leave(observer: Observer): void {
    this.#observers.delete(observer)
    if (this.#observers.size === 0 && observers.get(this.#path) === this.#observers)
      observers.delete(this.#path)
  }

  written(): void {
    for (const observer of this.#observers) observer.refresh()
  }
}
