import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Setting } from '../../contract/arm.ts'

/** The same with a folder in which nothing is yet. A server has no folder: there the table is new. */
export function anew(setting: Setting, name: string): Setting {
  const folder = join(setting.folder, name)
  mkdirSync(folder)
  return { ...setting, folder }
}
