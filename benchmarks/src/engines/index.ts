import type { Engine } from './engine.ts'

const engines: Readonly<Record<string, () => Promise<{ readonly engine: Engine }>>> = {
  memory: () => import('./memory.ts'),
  sqlite: () => import('./sqlite.ts'),
  duckdb: () => import('./duckdb.ts'),
  postgres: () => import('./postgres.ts'),
}

export const engineNames: readonly string[] = Object.keys(engines)

export async function loadEngine(name: string): Promise<Engine> {
  const load = engines[name]
  if (load === undefined)
    throw new Error(`There is no engine "${name}". There are: ${engineNames.join(', ')}.`)
  return (await load()).engine
}
