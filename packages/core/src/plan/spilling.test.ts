import * as fc from 'fast-check'
import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { isHoldfastError } from '../backend/errors.js'
import { evaluate } from '../evaluate/evaluate.js'
import { collect } from '../evaluate/operator.js'
import { Workspace } from '../evaluate/spill/workspace.js'
import type { ScanNode } from '../relation/types.js'
import type { StoredRow } from '../schema/types.js'
import { randomRelation } from './test/random-relation.js'
import { randomData } from './test/tables.js'
import { choices, Tape } from './test/tape.js'

/** Runs work that may hold so many bytes; gives its result and what went to disk. */
async function working<Result>(workMemory: number, work: (workspace: Workspace) => Promise<Result>) {
  let bytes = 0
  const workspace = new Workspace({ workMemory, temporaryFolder: tmpdir() }, 1, (more) => (bytes += more))
  try {
    return { result: await work(workspace), bytes }
  } finally {
    await workspace.close()
  }
}

describe('any relation', () => {
  type Answer = readonly StoredRow[] | 'overflow'
  async function answerOf(give: () => Promise<StoredRow[]>): Promise<Answer> {
    try {
      return await give()
    } catch (error) {
      if (isHoldfastError(error) && error.code === 'NUMERIC_OVERFLOW') return 'overflow'
      throw error
    }
  }

  /** A deviation of doubles may differ in its last digits. */
  const rounded = (answer: Answer): unknown =>
    answer === 'overflow'
      ? answer
      : answer.map((row) =>
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === 'number' ? Number(value.toPrecision(12)) : value,
          ]),
        )

  test('has the same rows in the same order, whether they are held in memory or on disk', async () => {
    let onDisk = 0
    await fc.assert(
      fc.asyncProperty(choices, fc.constantFrom(0, 250, 1000, 2500), async (numbers, workMemory) => {
        const tape = new Tape(numbers)
        const data = randomData(tape)
        const relation = randomRelation(tape)
        const scan = ({ table: { name } }: ScanNode) => {
          const rows = data.get(name)!.map((row) => ({ ...row }))
          return rows.length === 0
            ? []
            : [rows.slice(0, 3), rows.slice(3)].filter((batch) => batch.length > 0)
        }
        const expected = await answerOf(() => collect(evaluate(relation, scan)))
        const { result, bytes } = await working(workMemory, (workspace) =>
          answerOf(() => collect(evaluate(relation, scan, [], workspace))),
        )
        if (bytes > 0) onDisk++
        expect(rounded(result)).toEqual(rounded(expected))
      }),
      { numRuns: 400 },
    )
    expect(onDisk).toBeGreaterThan(100)
  })
})
