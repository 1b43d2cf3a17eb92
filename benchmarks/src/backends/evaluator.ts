import type { HoldfastEngine } from '../contract/arm.ts'

/** The name of the arm whose answers decide, where a workload brings its own. */
export const referenceName = 'evaluator'

/** The meaning of every answer: core alone, over rows in memory. */
export const evaluator: HoldfastEngine = {
  name: referenceName,
  packages: ['@holdfast/memory'],
  settings: 'in memory, nothing pushed down',
  backend: async () => (await import('@holdfast/memory')).memory(),
  options: { pushdown: 'none' },
}
