import type { QueryCase } from '../generate/query-case.js'

/** Counterexamples that were found once. They are tried first, every time, on every engine. */
export const queryExamples: readonly QueryCase[] = []
