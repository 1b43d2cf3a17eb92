import type { Backend } from '@holdfast/core'
import type { Relation } from '@holdfast/core/backend'

/** How many operators above a table the engine may take. */
export interface Ladder {
  operators: number
}

/** The same backend, whose engine refuses what lies higher than the ladder reaches: core does the rest. */
export function upTo(ladder: Ladder, backend: Backend): Backend {
  return {
    ...backend,
    async open(context) {
      const engine = await backend.open(context)
      const takes = engine.takes?.bind(engine)
      if (takes === undefined) return engine
      return Object.assign(engine, {
        takes: (relation: Relation) => (heightOf(relation) <= ladder.operators ? takes(relation) : 'no'),
      })
    },
  }
}

function heightOf(relation: Relation): number {
  switch (relation.node) {
    case 'scan':
      return 0
    case 'join':
      return 1 + Math.max(heightOf(relation.left), heightOf(relation.right))
    default:
      return 1 + heightOf(relation.input)
  }
}
