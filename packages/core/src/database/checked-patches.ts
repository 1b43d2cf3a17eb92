import type { PatchChange } from '../backend/types.js'
import type { Identity } from '../schema/compare.js'
import type { StoredRow } from '../schema/types.js'
import { readByKey } from './key-reads.js'
import type { Scope } from './scope.js'
import type { TableCodec } from './table-codec.js'

/** A patch as it goes to the engine. */
export type StoredPatch = PatchChange['patches'][number]

/** Patches rows whose table has checks on what changes: reads them, checks what they become, writes. Returns how many. */
export async function applyPatches(
  scope: Scope,
  codec: TableCodec,
  patches: readonly StoredPatch[],
  signal?: AbortSignal,
): Promise<number> {
  const session = scope.changeable()
  const { table } = codec
  const keys = patches.map(({ key }) => key)
  const { identityOf, rows } = await readByKey(session, codec, keys, undefined, signal)
  const patched = new Map<Identity, StoredRow>(rows)
  patches.forEach(({ key, set }, index) => {
    const identity = identityOf(key)
    const before = patched.get(identity)
    if (before === undefined) return
    const after = { ...before, ...set }
    codec.check(after, patches.length === 1 ? 'set' : `patches[${index}].set`)
    patched.set(identity, after)
  })
  const { counts } = await session.write({
    changes: [{ kind: 'patch', table, patches }],
    ...(signal && { signal }),
  })
  return counts[0] ?? 0
}
