import type { Backend } from '@holdfast/core'
import { memory } from '@holdfast/memory'
import { sqlite } from '@holdfast/sqlite'
import { join } from 'node:path'

/** The engines that are compared: the adapter line is all that differs between them. */
export function engines(folder: string): readonly { readonly name: string; readonly backend: Backend }[] {
  return [
    { name: 'memory', backend: memory() },
    { name: 'sqlite', backend: sqlite({ path: join(folder, 'quickstart.db') }) },
  ]
}
