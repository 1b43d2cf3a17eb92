import type { History } from '../model/generator.js'

/** Counterexamples that were found once. They are tried first, every time, on every engine. */
export const historyExamples: readonly History[] = []
