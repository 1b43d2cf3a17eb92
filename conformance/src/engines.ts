import type { Subject } from '@holdfast/core/conformance'
import { memory } from '@holdfast/memory'
import { sqlite } from '@holdfast/sqlite'

/** Every engine that stands on the ground, each made in a folder of its own. */
export const engines: Readonly<Record<string, (folder: string) => Subject>> = {
  memory: () => ({ name: 'memory', backend: () => memory() }),
  sqlite: (folder) => {
    let files = 0
    return { name: 'sqlite', backend: () => sqlite({ path: `${folder}/${(files += 1)}.db` }) }
  },
}
