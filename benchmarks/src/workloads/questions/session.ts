import type { Question } from './question.ts'

/** What the workloads of questions ask of an arm. */
export interface QuestionSession {
  /** All rows of the answer; a driver that answers at once returns no promise. */
  ask(question: Question): unknown
  /** The rows as all arms answer them; untimed. */
  plain(answer: unknown): readonly object[]
}
