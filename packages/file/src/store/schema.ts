import { HoldfastError } from '@holdfast/core/backend'
import type { IndexDefinition, TableDefinition } from '@holdfast/core/backend'
import { join } from 'node:path'
import { attempt } from '../disk/attempt.js'
import type { Disk } from '../disk/disk.js'
import { encodeName } from '../disk/names.js'
import { writeTableFile } from '../manifest/table-file.js'
import type { ResolvedOptions } from '../options.js'
import { emptySorted, layoutOfIndex, layoutOfRows, tableIn } from './state.js'
import type { Store } from './store.js'

/** Makes a table: its folder and description first, and then the manifest that names it. Requires the writer's turn. */
export async function createTable(
  store: Store,
  disk: Disk,
  options: ResolvedOptions,
  definition: TableDefinition,
): Promise<void> {
  const { name } = definition
  if (store.state.tables.has(name))
    throw new HoldfastError('TABLE_EXISTS', `There is a table "${name}" already.`, { table: name })
  await store.ready()
  const folder = encodeName(name)
  disk.makeFolder(join(options.path, folder))
  const id = store.nextNumber()
  const describedBy = await writeTableFile(disk, options, folder, definition, { id, revision: 1 })
  if (options.synchronous === 'full') await disk.syncFolder(options.path)
  const draft = store.draft()
  draft.setTable(name, {
    definition,
    folder,
    describedBy,
    since: store.place(),
    lastKey: undefined,
    rows: emptySorted(id, layoutOfRows(definition)),
    indexes: new Map(
      definition.indexes
        .filter(({ unique }) => unique)
        .map((index) => [index.name, emptySorted(store.nextNumber(), layoutOfIndex(definition, index))]),
    ),
  })
  await store.commit(draft)
}

/** Drops a table: the manifest no longer names it, and then its files go, once nobody reads them. Requires the writer's turn. */
export async function dropTable(
  store: Store,
  disk: Disk,
  { path }: ResolvedOptions,
  name: string,
): Promise<void> {
  await store.ready()
  const { folder } = tableIn(store.state, name)
  const draft = store.draft()
  draft.setTable(name, undefined)
  await store.commit(draft)
  // Its description goes last: by that the folder is known to be one of the database.
  attempt(() => {
    const place = join(path, folder)
    if (disk.list(place)?.some(({ name }) => name !== 'table.yaml') === true) return
    disk.remove(join(place, 'table.yaml'))
    disk.removeFolder(place)
  })
}

/** Gives a table other indexes; unique ones are filled from its rows. Requires the writer's turn. */
export async function changeIndexes(
  store: Store,
  disk: Disk,
  options: ResolvedOptions,
  name: string,
  change: (indexes: readonly IndexDefinition[]) => readonly IndexDefinition[],
): Promise<void> {
  await store.ready()
  const table = tableIn(store.state, name)
  const definition = { ...table.definition, indexes: change(table.definition.indexes) }
  const added = definition.indexes.filter((index) => index.unique && !table.indexes.has(index.name))
  const kept = [...table.indexes].filter(([index]) => definition.indexes.some((each) => each.name === index))
  const made = added.map(
    (index) => [index.name, emptySorted(store.nextNumber(), layoutOfIndex(definition, index))] as const,
  )
  const draft = store.draft()
  try {
    const revision = table.describedBy.revision + 1
    const changed = { ...table, definition, indexes: new Map([...kept, ...made]) }
    draft.setTable(name, changed)
    for (const index of added) await draft.fillIndex(name, index)
    const describedBy = await writeTableFile(disk, options, table.folder, definition, {
      id: table.rows.id,
      revision,
    })
    draft.setTable(name, { ...draft.table(name), describedBy })
    await store.commit(draft)
  } finally {
    draft.discard()
  }
}
