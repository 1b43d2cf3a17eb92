import { HoldfastError, tupleIdentity } from '@holdfast/core/backend'
import type { Change, Changes, Engine, Key, Scan, StoredRow, TableDefinition } from '@holdfast/core/backend'
import { broken, changes, contents, inserts, results, writes } from '../defects.ts'
import type { Mutant, MutantFamily } from '../mutant.ts'

const keyOf = (table: TableDefinition, row: StoredRow): Key =>
  table.primaryKey.map((name) => row[name] ?? null)

/** Deletes by some of the key take more with them. */
function overDeletes(name: string, breaks: string, alike: (key: Key, asked: Key) => boolean): Mutant {
  return writes(name, breaks, async (all, engine) => {
    const deletes: Change[] = []
    for (const change of all.changes) {
      if (change.kind !== 'delete') continue
      const keys = (await contents(engine, change.table))
        .map((row) => keyOf(change.table, row))
        .filter((key) => change.keys.some((asked) => alike(key, asked.key)))
      deletes.push({ ...change, keys: keys.map((key) => ({ key })) })
    }
    const result = await engine.write(all)
    await engine.write({ changes: deletes })
    return result
  })
}

/** Finds rows by a text that is made of the whole key. */
function findsBy(name: string, breaks: string, textOf: (key: Key) => string): Mutant {
  return writes(name, breaks, async (all, engine) => {
    const deletes: Change[] = []
    for (const change of all.changes) {
      if (change.kind !== 'insert') continue
      const identity = tupleIdentity(
        change.table.primaryKey.map(
          (key) => change.table.columns.find((column) => column.name === key)!.type,
        ),
      )
      const given = change.rows.map((row) => keyOf(change.table, row)).filter((key) => !key.includes(null))
      const hidden = (await contents(engine, change.table))
        .map((row) => keyOf(change.table, row))
        .filter((key) =>
          given.some((other) => textOf(other) === textOf(key) && identity(other) !== identity(key)),
        )
      deletes.push({ kind: 'delete', table: change.table, keys: hidden.map((key) => ({ key })) })
    }
    await engine.write({ changes: deletes })
    return engine.write(all)
  })
}

export const keys: MutantFamily = {
  family: 'keys and upserts',
  mutants: [
    broken('ignores the keys of a scan', 'life/catalog', (engine) => ({
      scan: ({ keys: _keys, ...request }: Scan) => engine.scan(request),
    })),
    inserts('lets the first of repeated keys win', 'writes/conflicts', (insert) => ({
      ...insert,
      rows: insert.rows.toReversed(),
    })),
    inserts('takes replace for skip', 'writes/conflicts', (insert) =>
      insert.onConflict === 'replace' ? { ...insert, onConflict: 'skip' } : insert,
    ),
    inserts('takes skip for replace', 'writes/conflicts', (insert) =>
      insert.onConflict === 'skip' ? { ...insert, onConflict: 'replace' } : insert,
    ),
    inserts('overwrites what is there', 'writes/conflicts', (insert) =>
      insert.onConflict === 'error' ? { ...insert, onConflict: 'replace' } : insert,
    ),
    writes('keeps the old values where a put says null', 'writes/conflicts', async (all, engine) => {
      const merged: Change[] = []
      for (const change of all.changes) {
        if (change.kind !== 'insert' || change.onConflict !== 'replace') {
          merged.push(change)
          continue
        }
        const stored = new Map(
          (await contents(engine, change.table)).map((row) => [String(keyOf(change.table, row)), row]),
        )
        const rows = change.rows.map((row) => {
          const old = stored.get(String(keyOf(change.table, row)))
          const kept = Object.entries(row).map(([name, value]) => [name, value ?? old?.[name] ?? null])
          return Object.fromEntries(kept) as StoredRow
        })
        merged.push({ ...change, rows })
      }
      return engine.write({ ...all, changes: merged })
    }),
    changes('ignores expected versions', 'writes/given', (change) =>
      change.kind === 'patch'
        ? { ...change, patches: change.patches.map(({ key, set }) => ({ key, set })) }
        : change.kind === 'delete'
          ? { ...change, keys: change.keys.map(({ key }) => ({ key })) }
          : change,
    ),
    changes('raises no version', 'writes/conflicts', (change) => ({
      ...change,
      table: {
        ...change.table,
        columns: change.table.columns.map(({ version: _version, ...column }) => column),
      },
    })),
    changes('enforces no unique index', 'writes/conflicts', (change) => ({
      ...change,
      table: { ...change.table, indexes: [] },
    })),
    writes('lets no two rows have null in a unique index', 'writes/conflicts', async (all, engine) => {
      for (const { table, ...change } of all.changes) {
        const unique = table.indexes.filter((index) => index.unique)
        const isNull = (row: StoredRow): boolean =>
          unique.some(({ columns }) => columns.some((name) => row[name] === null))
        const stored = (await contents(engine, table)).some(isNull)
        if (change.kind === 'insert' && stored && change.rows.some(isNull))
          throw new HoldfastError('UNIQUE_VIOLATION', 'There is a null already.', { table: table.name })
      }
      return engine.write(all)
    }),
    broken('generates keys again after they were deleted', 'writes/given', (engine) => ({
      lastKey: async (table: TableDefinition) => {
        const rows = await contents(engine, table)
        const numbers = rows.map((row) => Number(row[table.primaryKey[0] ?? '']))
        return numbers.length === 0 ? undefined : Math.max(...numbers)
      },
      write: async (all: Changes) => {
        const result = await engine.write(all)
        const emptied = all.changes.find(({ kind }) => kind === 'delete')
        if (emptied !== undefined && (await contents(engine, emptied.table)).length === 0) {
          await engine.dropTable(emptied.table.name)
          await engine.createTable(emptied.table)
        }
        return result
      },
    })),
    broken('forgets the keys that a transaction gave out', 'writes/given', (engine) => ({
      write: ({ lastKeys: _lastKeys, ...all }: Changes) => engine.write(all),
    })),
    results('gives generated keys as numbers', 'writes/given', ({ generated, ...result }) => ({
      ...result,
      ...(generated === undefined
        ? {}
        : { generated: generated.map((given) => given?.map((key) => (key === null ? null : Number(key)))) }),
    })),
    results('tells generated keys in the wrong order', 'writes/given', ({ generated, ...result }) => ({
      ...result,
      ...(generated === undefined ? {} : { generated: generated.map((given) => given?.toReversed()) }),
    })),
    overDeletes('deletes by the first column of a key', 'writes/conflicts', (key, asked) =>
      key[0] instanceof Uint8Array ? false : key[0] === asked[0],
    ),
    overDeletes('deletes every key that begins alike', 'types/boundaries', (key, asked) =>
      String(key[0]).startsWith(String(asked[0])),
    ),
    writes('deletes everything when told to delete much', 'types/boundaries', async (all, engine) => {
      const result = await engine.write(all)
      for (const change of all.changes) {
        if (change.kind !== 'delete' || change.keys.length < 3) continue
        const rows = await contents(engine, change.table)
        await engine.write({
          changes: [{ ...change, keys: rows.map((row) => ({ key: keyOf(change.table, row) })) }],
        })
      }
      return result
    }),
    findsBy('joins the parts of a key to one text', 'types/keys', (key) => key.map(String).join('')),
    findsBy('takes keys that differ in case for one', 'types/keys', (key) =>
      key.map((part) => String(part).toLowerCase()).join('\u0000'),
    ),
    changes('applies the last of several patches of a row alone', 'writes/conflicts', (change) =>
      change.kind === 'patch'
        ? {
            ...change,
            patches: change.patches.filter(
              ({ key }, index) =>
                !change.patches.slice(index + 1).some((later) => String(later.key) === String(key)),
            ),
          }
        : change,
    ),
    broken('reads a row by its key as it was first read', 'types/forms', (engine) => {
      const known = new Map<string, StoredRow | undefined>()
      return {
        get: async (table: TableDefinition, key: Key) => {
          const place = `${table.name} ${String(key)}`
          if (!known.has(place)) known.set(place, await rowOf(engine, table, key))
          const row = known.get(place)
          return row && { ...row }
        },
      }
    }),
  ],
}

async function rowOf(engine: Engine, table: TableDefinition, key: Key): Promise<StoredRow | undefined> {
  const columns = table.columns.map(({ name }) => name)
  const [row] = (await Array.fromAsync(engine.scan({ table, columns, keys: [key] }))).flat()
  return row
}
