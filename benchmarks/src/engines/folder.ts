import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PreparedPlace } from './engine.ts'

/** A file of this name in a folder of its own. */
export async function inNewFolder(name: string): Promise<PreparedPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-load-'))
  return {
    place: join(folder, name),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
