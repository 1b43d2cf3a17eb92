/** Counts what a property looked at, so that none can pass by looking at nothing. */
export class Tally {
  #cases = 0
  #nonTrivial = 0
  #rounds = 0
  readonly #kinds = new Map<string, number>()
  readonly #notes: string[] = []

  get cases(): number {
    return this.#cases
  }

  get nonTrivial(): number {
    return this.#nonTrivial
  }

  /** How often random cases were made: cases of one round resemble each other. */
  get rounds(): number {
    return this.#rounds
  }

  begin(): void {
    this.#rounds += 1
  }

  /** How often each kind of thing was seen. */
  get kinds(): ReadonlyMap<string, number> {
    return this.#kinds
  }

  /** What a reader of the report is told besides, a line each. */
  get notes(): readonly string[] {
    return this.#notes
  }

  /** One case more; whether it could have failed in an interesting way. */
  add(nonTrivial: boolean): void {
    this.#cases += 1
    if (nonTrivial) this.#nonTrivial += 1
  }

  see(kind: string, times = 1): void {
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + times)
  }

  note(line: string): void {
    this.#notes.push(line)
  }
}
