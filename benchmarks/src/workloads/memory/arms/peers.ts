import { settingsOf } from '../../../backends/index.ts'
import type { Arm, Setting } from '../../../contract/arm.ts'
import type { MemorySession } from '../session.ts'

interface Library {
  readonly name: string
  readonly lacks?: Readonly<Record<string, string>>
  readonly open: (setting: Setting) => Promise<MemorySession>
}

const libraries: readonly Library[] = [
  {
    name: 'lokijs',
    open: async (setting) => (await import('./lokijs.ts')).openLoki(setting),
  },
  {
    name: 'alasql',
    open: async (setting) => (await import('./alasql.ts')).openAlasql(setting),
  },
  {
    name: 'arquero',
    lacks: {
      insert: 'Its tables have no keys: it would take a repeated id.',
      get: 'Its tables have no keys: each get would look through all rows.',
    },
    open: async (setting) => (await import('./arquero.ts')).openArquero(setting),
  },
  {
    name: 'tinybase',
    lacks: { top: 'It sorts by one cell: rows with the same one come in any order.' },
    open: async (setting) => (await import('./tinybase.ts')).openTinybase(setting),
  },
]

/** Libraries that keep tables in memory. */
export const peers: readonly Arm<MemorySession>[] = libraries.map(({ open, ...library }) => ({
  ...library,
  kind: 'peer',
  engine: 'memory',
  packages: [library.name],
  settings: settingsOf.memory,
  open: async (setting) => ({ session: await open(setting), close: () => undefined }),
}))
