import { HoldfastError, versionMismatch } from '@holdfast/core/backend'
import type { Change, Changes, Engine, Key, WriteResult } from '@holdfast/core/backend'
import { scans, contents } from '../defects.ts'
import type { MutantFamily } from '../mutant.ts'

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Looks whether the changes may be made, and a moment later makes them. */
async function checkThenWrite(all: Changes, engine: Engine): Promise<WriteResult> {
  const unguarded: Change[] = []
  for (const change of all.changes) {
    const rows = await contents(engine, change.table)
    const keyOf = (row: (typeof rows)[number]): Key =>
      change.table.primaryKey.map((name) => row[name] ?? null)
    const find = (key: Key) => rows.find((row) => String(keyOf(row)) === String(key))
    if (change.kind === 'insert' && change.onConflict === 'error') {
      const keys = change.rows.map((row) => String(keyOf(row)))
      const taken = change.rows.some(
        (row, index) => find(keyOf(row)) !== undefined || keys.indexOf(keys[index]!) < index,
      )
      unguarded.push(taken ? change : { ...change, onConflict: 'replace' })
    } else if (change.kind === 'patch') {
      const version = change.table.columns.find((column) => column.version === true)?.name ?? ''
      for (const patch of change.patches) {
        if (patch.version !== undefined && find(patch.key)?.[version] !== patch.version)
          throw versionMismatch(change.table, patch.key)
      }
      unguarded.push({ ...change, patches: change.patches.map(({ key, set }) => ({ key, set })) })
    } else unguarded.push(change)
  }
  await later()
  return engine.write({ ...all, changes: unguarded })
}

export const concurrency: MutantFamily = {
  family: 'concurrency',
  mutants: [
    scans('looks before it writes', 'writes/concurrent', (engine) => ({
      write: (all: Changes) => checkThenWrite(all, engine),
    })),
    scans('says that a write is done before it is', 'life/catalog', (engine) => ({
      write: (all: Changes) => {
        // By then the table may be gone.
        setTimeout(
          () =>
            void Promise.resolve()
              .then(() => engine.write(all))
              .catch(() => undefined),
          5,
        )
        return { counts: all.changes.map((change) => (change.kind === 'insert' ? change.rows.length : 1)) }
      },
    })),
    scans('fails all writes that are under way with the first that fails', 'writes/concurrent', (engine) => {
      let group: Promise<unknown>[] = []
      return {
        write: async (all: Changes) => {
          const mine = Promise.resolve().then(() => engine.write(all))
          const joined = mine.catch(() => undefined).then(() => mine)
          joined.catch(() => undefined)
          group.push(joined)
          const together = group
          await later()
          if (group === together) group = []
          await Promise.all(together)
          return mine
        },
      }
    }),
    scans('tells a caller the result of another', 'writes/concurrent', (engine) => {
      let before: WriteResult | undefined
      let underWay = 0
      return {
        write: async (all: Changes) => {
          underWay += 1
          try {
            await later()
            const beside = underWay > 1
            const result = await engine.write(all)
            const told = beside && before !== undefined ? before : result
            before = result
            return told
          } finally {
            underWay -= 1
          }
        },
      }
    }),
    scans('is busy for ever after an error', 'writes/conflicts', (engine) => {
      let failed = false
      return {
        write: async (all: Changes) => {
          if (failed) throw new HoldfastError('BUSY', 'Another writer holds the database.')
          try {
            return await engine.write(all)
          } catch (error) {
            failed = true
            throw error
          }
        },
      }
    }),
    scans('turns a second writer away', 'writes/concurrent', (engine) => {
      let writing = false
      return {
        write: async (all: Changes) => {
          if (writing) throw new HoldfastError('BUSY', 'Another writer holds the database.')
          writing = true
          try {
            await later()
            return await engine.write(all)
          } finally {
            writing = false
          }
        },
      }
    }),
    scans('shows parts of a write to those who read meanwhile', 'writes/concurrent', (engine) => ({
      write: async (all: Changes) => {
        const [only, ...others] = all.changes
        if (
          others.length > 0 ||
          only?.kind !== 'insert' ||
          only.onConflict !== 'error' ||
          only.rows.length < 2
        )
          return engine.write(all)
        const taken = await engine.write({ ...all, changes: [{ ...only, rows: only.rows.slice(0, 1) }] })
        await later()
        try {
          const rest = await engine.write({ ...all, changes: [{ ...only, rows: only.rows.slice(1) }] })
          const generated = [[...(taken.generated?.[0] ?? []), ...(rest.generated?.[0] ?? [])]]
          const counts = [only.rows.length]
          return taken.generated === undefined ? { counts } : { counts, generated }
        } catch (error) {
          const keys = only.rows.slice(0, 1).map((row) => ({
            key: only.table.primaryKey.map((name) => row[name] ?? null),
          }))
          await engine.write({ changes: [{ kind: 'delete', table: only.table, keys }] })
          throw error
        }
      },
    })),
  ],
}
