import type {
  Change,
  Changes,
  Engine,
  Parameters,
  Relation,
  RowCount,
  Scan,
  StoredRow,
  StoredValue,
  WriteResult,
} from '@holdfast/core/backend'
import { taking } from '../bases.ts'
import { broken, changes, inserts, reads, results, runs, writes } from '../defects.ts'
import { mutant } from '../mutant.ts'
import type { MutantFamily } from '../mutant.ts'
import { changing, mapNodes } from '../relations.ts'

/** More rows than this many are written in parts. */
const part = 1000

/** Writes the rows of each insert in parts, each a write of its own. */
async function inParts(
  { changes: all, ...rest }: Changes,
  engine: Engine,
  size: number,
): Promise<WriteResult> {
  const counts: number[] = []
  const generated: (readonly StoredValue[] | undefined)[] = []
  for (const change of all) {
    let count = 0
    const keys: StoredValue[] = []
    let generates = false
    for (const part of partsOf(change, size)) {
      const result = await engine.write({ ...rest, changes: [part] })
      count += result.counts[0] ?? 0
      keys.push(...(result.generated?.[0] ?? []))
      generates ||= result.generated?.[0] !== undefined
    }
    counts.push(count)
    generated.push(generates ? keys : undefined)
  }
  return { counts, generated }
}

function partsOf(change: Change, size: number): readonly Change[] {
  if (change.kind !== 'insert' || change.rows.length <= size) return [change]
  return Array.from({ length: Math.ceil(change.rows.length / size) }, (_, index) => ({
    ...change,
    rows: change.rows.slice(index * size, (index + 1) * size),
  }))
}

async function* inBatchesOf(size: number, batches: ReturnType<Engine['scan']>): AsyncGenerator<StoredRow[]> {
  for await (const batch of batches) {
    for (let start = 0; start < batch.length; start += size) yield batch.slice(start, start + size)
  }
}

export const batches: MutantFamily = {
  family: 'batches and limits',
  mutants: [
    reads('loses the last row of a batch', 'types/boundaries', (rows) =>
      rows.length > 3 ? rows.slice(0, -1) : rows,
    ),
    reads('repeats a row', 'life/catalog', (rows) => [
      ...rows,
      ...rows.slice(0, 1).map((row) => ({ ...row })),
    ]),
    broken('loses the last batch of several', 'queries/streams', (engine) => ({
      scan: async function* (request: Scan) {
        let before: StoredRow[] | undefined
        let yielded = 0
        for await (const batch of inBatchesOf(part, engine.scan(request))) {
          if (before !== undefined) {
            yield before
            yielded += 1
          }
          before = batch
        }
        if (before !== undefined && yielded === 0) yield before
      },
    })),
    broken('gives ten rows unless told how many', 'types/boundaries', (engine) => ({
      scan: async function* (request: Scan) {
        let left = 10
        for await (const batch of engine.scan(request)) {
          if (left > 0) yield batch.slice(0, left)
          left -= batch.length
        }
      },
    })),
    writes('keeps what was written before an error', 'writes/conflicts', (all, engine) =>
      inParts(all, engine, 1),
    ),
    writes('writes large batches in parts', 'writes/batches', (all, engine) => inParts(all, engine, part)),
    writes('makes the first of several changes', 'writes/conflicts', async (all, engine) => {
      const { counts, ...rest } = await engine.write({ ...all, changes: all.changes.slice(0, 1) })
      return { ...rest, counts: all.changes.map((_, index) => counts[index] ?? 0) }
    }),
    inserts('loses the last row of a large batch', 'queries/streams', (insert) =>
      insert.rows.length > part ? { ...insert, rows: insert.rows.slice(0, -1) } : insert,
    ),
    writes('fails above 10,922 rows', 'writes/batches', (all, engine) => {
      if (all.changes.some((change) => change.kind === 'insert' && change.rows.length > 10_922))
        throw new Error('too many SQL variables')
      return engine.write(all)
    }),
    broken('looks for the first 32,766 keys', 'writes/batches', (engine) => ({
      scan: (request: Scan) =>
        engine.scan(
          request.keys === undefined ? request : { ...request, keys: request.keys.slice(0, 32_766) },
        ),
    })),
    mutant('looks for the first 32,766 values of a list', 'writes/batches', () =>
      taking((_engine, run) => ({
        run: (relation: Relation, parameters: Parameters) =>
          run(
            relation,
            parameters.map((value) => (Array.isArray(value) ? value.slice(0, 32_766) : value)),
          ),
      })),
    ),
    changes('deletes the first thousand of many', 'writes/batches', (change) =>
      change.kind === 'delete' ? { ...change, keys: change.keys.slice(0, part) } : change,
    ),
    results('counts one too many', 'types/boundaries', (result) => ({
      ...result,
      counts: result.counts.map((count) => count + 1),
    })),
    results('counts the keys asked for when it deletes', 'writes/conflicts', (result, { changes: all }) => ({
      ...result,
      counts: result.counts.map((count, index) => {
        const change = all[index]
        return change?.kind === 'delete' ? change.keys.length : count
      }),
    })),
    results('counts skipped rows', 'writes/conflicts', (result, { changes: all }) => ({
      ...result,
      counts: result.counts.map((count, index) => {
        const change = all[index]
        return change?.kind === 'insert' ? change.rows.length : count
      }),
    })),
    mutant('takes a limit of 0 for none', 'facts/relations', () =>
      taking((_engine, run) => ({
        run: (relation: Relation, parameters: Parameters) => {
          const isNothing = (count: RowCount): boolean =>
            (typeof count === 'number' ? count : parameters[count.index]) === 0
          const unlimited = changing('limit', ({ count, ...node }) =>
            count === undefined || isNothing(count) ? node : { ...node, count },
          )
          return run(mapNodes(relation, unlimited), parameters)
        },
      })),
    ),
    runs(
      'limits before it filters',
      'facts/relations',
      changing('limit', (node) =>
        node.input.node === 'sort' && node.input.input.node === 'filter'
          ? {
              ...node.input.input,
              input: { ...node, input: { ...node.input, input: node.input.input.input } },
            }
          : node,
      ),
    ),
    runs(
      'knows no offset',
      'facts/relations',
      changing('limit', (node) => ({ ...node, offset: 0 })),
    ),
  ],
}
