import type { Batch, Comparator, Key, StoredRow } from '@holdfast/core/backend'

/** Rows of one source in the order asked for. */
export interface Source {
  readonly rows: AsyncIterator<Batch> | Iterator<Batch>
  /** Whether a row is one, or only says that there is none with its key. Absent: all are. */
  readonly lives?: (row: StoredRow) => boolean
}

interface Cursor extends Source {
  batch: Batch
  position: number
  head: Key
}

/**
 * Merges sources, newest first: of rows with one key the newest counts. Long stretches of one source pass as they are.
 *
 * @param compare in the order in which the rows come
 */
export async function* merge(
  sources: readonly Source[],
  compare: Comparator<Key>,
  keyOf: (row: StoredRow) => Key,
): AsyncGenerator<Batch> {
  const open: Cursor[] = sources.map((source) => ({ ...source, batch: [], position: 0, head: [] }))
  const cursors: Cursor[] = []
  try {
    for (const cursor of open) if (await fill(cursor, keyOf)) cursors.push(cursor)
    while (cursors.length > 0) {
      const first = least(cursors, compare)
      const rival = least(cursors, compare, first)
      const end = rival === undefined ? first.batch.length : stretch(first, rival.head, compare, keyOf)
      if (end > first.position) {
        const rows = part(first, end)
        if (rows.length > 0) yield rows
        await advance(cursors, first, end, keyOf)
        continue
      }
      // Others have rows with the same key, which are hidden.
      const { head } = first
      const rows = part(first, first.position + 1)
      if (rows.length > 0) yield rows
      for (const cursor of [...cursors]) {
        if (compare(cursor.head, head) === 0) await advance(cursors, cursor, cursor.position + 1, keyOf)
      }
    }
  } finally {
    for (const { rows } of open) await rows.return?.()
  }
}

/** The rows of a cursor up to a place in its batch. */
function part({ batch, position, lives }: Cursor, end: number): Batch {
  const rows = position === 0 && end === batch.length ? batch : batch.slice(position, end)
  return lives === undefined ? rows : rows.filter(lives)
}

/** The cursor whose head comes first; of several the newest. */
function least(cursors: readonly Cursor[], compare: Comparator<Key>, except?: Cursor): Cursor
function least(cursors: readonly Cursor[], compare: Comparator<Key>, except: Cursor): Cursor | undefined
function least(cursors: readonly Cursor[], compare: Comparator<Key>, except?: Cursor): Cursor | undefined {
  let found: Cursor | undefined
  for (const cursor of cursors) {
    if (cursor !== except && (found === undefined || compare(cursor.head, found.head) < 0)) found = cursor
  }
  return found
}

/** Where the rows of a cursor's batch end that come before a key. */
function stretch(
  { batch, position }: Cursor,
  key: Key,
  compare: Comparator<Key>,
  keyOf: (row: StoredRow) => Key,
): number {
  let low = position
  let step = 1
  while (low + step < batch.length && compare(keyOf(batch[low + step]!), key) < 0) {
    low += step
    step *= 2
  }
  let high = Math.min(low + step, batch.length)
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(keyOf(batch[middle]!), key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

async function advance(
  cursors: Cursor[],
  cursor: Cursor,
  position: number,
  keyOf: (row: StoredRow) => Key,
): Promise<void> {
  cursor.position = position
  if (position < cursor.batch.length) cursor.head = keyOf(cursor.batch[position]!)
  else if (!(await fill(cursor, keyOf))) cursors.splice(cursors.indexOf(cursor), 1)
}

async function fill(cursor: Cursor, keyOf: (row: StoredRow) => Key): Promise<boolean> {
  for (;;) {
    const result = cursor.rows.next()
    const next: IteratorResult<Batch, unknown> = result instanceof Promise ? await result : result
    if (next.done === true) return false
    if (next.value.length === 0) continue
    cursor.batch = next.value
    cursor.position = 0
    cursor.head = keyOf(next.value[0]!)
    return true
  }
}
