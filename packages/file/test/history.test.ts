import { double, integer, open, table, text } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { file } from '../src/index.js'
import type { SegmentFormat } from '../src/index.js'
import { scratchFolder } from './folder.js'

/** Random histories through the public interface, with so small a journal that rows go through segments and merges all the time. */

const single = table('single', {
  id: integer().primaryKey(),
  value: integer().nullable(),
  mark: text().nullable().unique(),
})
const composite = table(
  'composite',
  { group: text(), at: double(), value: integer().nullable() },
  { primaryKey: ['group', 'at'] },
)

interface Single {
  id: number
  value: number | null
  mark: string | null
}
interface Composite {
  group: string
  at: number
  value: number | null
}

const id = fc.integer({ min: -20, max: 60 })
const value = fc.option(fc.integer({ min: 0, max: 9 }))
const group = fc.constantFrom('', 'a', 'A', 'é', 'b,"\n')
const at = fc.constantFrom(-1e300, -1.5, -0, 0, 2, 1e300)
const mark = fc.option(fc.constantFrom('x', 'y', 'z'))

type Action =
  | { kind: 'put'; rows: { id: number; value: number | null }[] }
  | { kind: 'mark'; id: number; mark: string | null }
  | { kind: 'putComposite'; rows: Composite[] }
  | { kind: 'delete'; ids: number[] }
  | { kind: 'deleteGroup'; group: string }
  | { kind: 'abandon'; ids: number[] }
  | { kind: 'flush' | 'compact' | 'reopen' | 'append' | 'clear' }
  | { kind: 'readRange'; from: number; to: number; descending: boolean; limit: number; offset: number }
  | { kind: 'readGroup'; group: string; at: number; descending: boolean }
  | { kind: 'readValue'; value: number }

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      rows: fc.array(fc.record({ id, value }), { minLength: 1, maxLength: 30 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('mark' as const), id, mark }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('putComposite' as const),
      rows: fc.array(fc.record({ group, at, value }), { minLength: 1, maxLength: 8 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('delete' as const),
      ids: fc.array(id, { minLength: 1, maxLength: 8 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteGroup' as const), group }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('abandon' as const),
      ids: fc.array(id, { minLength: 1, maxLength: 40 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'flush' as const,
        'flush' as const,
        'compact' as const,
        'reopen' as const,
        'append' as const,
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('readRange' as const),
      from: id,
      to: id,
      descending: fc.boolean(),
      limit: fc.integer({ min: 0, max: 50 }),
      offset: fc.integer({ min: 0, max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('readGroup' as const), group, at, descending: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('readValue' as const), value: fc.integer({ min: 0, max: 9 }) }),
  },
)

const numRuns = Number(process.env.HOLDFAST_HISTORIES ?? 12)
const byKey = (left: Composite, right: Composite) =>
  left.group === right.group ? left.at - right.at : left.group < right.group ? -1 : 1

describe.each(['parquet', 'ndjson', 'csv', 'json'] as const)('rows kept as %s', (format: SegmentFormat) => {
  test('are what a map would hold, after any history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 20, maxLength: 60 }), async (actions) => {
        using folder = scratchFolder()
        const rows = new Map<number, Single>()
        const composites = new Map<string, Composite>()
        const opened = () =>
          open(file({ path: folder.path, format, synchronous: 'off', journalSize: 1024, cacheSize: 20_000 }))
        let db = await opened()
        await db.ensure(single)
        await db.ensure(composite)
        const sorted = () => [...rows.values()].sort((left, right) => left.id - right.id)
        const sortedComposites = () => [...composites.values()].sort(byKey)
        try {
          for (const step of actions) await perform(step)
          await compareAll()
          await db.native.compact()
          await compareAll()
          await db.close()
          db = await opened()
          await compareAll()
        } finally {
          await db.close()
        }

        async function compareAll() {
          expect(await db.table(single).all()).toEqual(sorted())
          expect(
            await db
              .table(single)
              .orderBy((row) => row.id.desc())
              .all(),
          ).toEqual(sorted().reverse())
          expect(await db.table(composite).all()).toEqual(sortedComposites())
          expect(await db.table(single).count()).toBe(rows.size)
          for (const row of rows.values()) {
            const found = await db.table(single).get(row.id)
            expect(found).toEqual(row)
            expect(Object.keys(found!)).toEqual(['id', 'value', 'mark'])
          }
          for (const name of ['x', 'y', 'z']) {
            expect(
              await db
                .table(single)
                .where((row) => row.mark.eq(name))
                .all(),
            ).toEqual(sorted().filter((row) => row.mark === name))
          }
        }

        async function perform(step: Action): Promise<void> {
          switch (step.kind) {
            case 'put': {
              const given = [...new Map(step.rows.map((row) => [row.id, { mark: null, ...row }])).values()]
              await db.table(single).put(given)
              for (const row of given) rows.set(row.id, row)
              return
            }
            case 'mark': {
              const row = { id: step.id, value: 1, mark: step.mark }
              const taken = sorted().some(
                (other) => other.id !== row.id && step.mark !== null && other.mark === step.mark,
              )
              const done = db.table(single).put(row)
              if (taken) return await expect(done).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' })
              await done
              rows.set(row.id, row)
              return
            }
            case 'putComposite': {
              const given = [
                ...new Map(
                  step.rows.map((row) => [`${row.group}/${row.at + 0}`, { ...row, at: row.at + 0 }]),
                ).values(),
              ]
              await db.table(composite).put(given)
              for (const row of given) composites.set(`${row.group}/${row.at}`, row)
              return
            }
            case 'delete': {
              await db.table(single).deleteMany(step.ids)
              for (const key of step.ids) rows.delete(key)
              return
            }
            case 'deleteGroup': {
              await db
                .table(composite)
                .where((row) => row.group.eq(step.group))
                .delete()
              for (const [key, row] of composites) if (row.group === step.group) composites.delete(key)
              return
            }
            case 'abandon': {
              const abandoned = db.transaction(async (transaction) => {
                await transaction.table(single).deleteMany(step.ids)
                await transaction
                  .table(single)
                  .put(
                    step.ids
                      .map((key) => ({ id: key, value: 99, mark: null }))
                      .filter((row, place, all) => all.findIndex(({ id }) => id === row.id) === place),
                  )
                throw new Error('abandoned')
              })
              return await expect(abandoned).rejects.toThrow('abandoned')
            }
            case 'flush':
              return await db.native.flush()
            case 'compact':
              return await db.native.compact()
            case 'append': {
              const last = Math.max(...rows.keys(), 60)
              const given = Array.from({ length: 15 }, (_, index) => ({
                id: last + 1 + index,
                value: index % 10,
                mark: null,
              }))
              await db.table(single).insert(given)
              for (const row of given) rows.set(row.id, row)
              return
            }
            case 'clear': {
              await db.table(single).clear()
              rows.clear()
              return
            }
            case 'reopen': {
              await db.close()
              db = await opened()
              return
            }
            case 'readRange': {
              const { from, to, descending, limit, offset } = step
              const query = db
                .table(single)
                .where((row) => row.id.ge(from).and(row.id.lt(to)))
                .orderBy((row) => (descending ? row.id.desc() : row.id.asc()))
              const wanted = sorted().filter((row) => row.id >= from && row.id < to)
              if (descending) wanted.reverse()
              expect(await query.offset(offset).limit(limit).all()).toEqual(
                wanted.slice(offset, offset + limit),
              )
              return
            }
            case 'readGroup': {
              const { group, at, descending } = step
              const found = await db
                .table(composite)
                .where((row) => row.group.eq(group).and(row.at.gt(at)))
                .orderBy((row) => (descending ? row.at.desc() : row.at.asc()))
                .all()
              const wanted = sortedComposites().filter((row) => row.group === group && row.at > at)
              expect(found).toEqual(descending ? wanted.reverse() : wanted)
              return
            }
            case 'readValue': {
              const found = await db
                .table(single)
                .where((row) => row.value.eq(step.value))
                .all()
              expect(found).toEqual(sorted().filter((row) => row.value === step.value))
              return
            }
          }
        }
      }),
      { numRuns },
    )
  })
})
