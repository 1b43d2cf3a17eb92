/** A defect in what core says that queries mean: one piece of its source that reads otherwise. */
export interface Defect {
  /** What the evaluator does then. */
  readonly name: string
  readonly part: 'functions' | 'nodes'
  /** The file, below `packages/core/src/`. */
  readonly file: string
  /** Found once in the file. */
  readonly text: string
  readonly instead: string
}
