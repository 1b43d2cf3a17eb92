import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Setting } from '../contract/arm.ts'
import { startServer } from './server.ts'
import type { BenchmarkServer } from './server.ts'

/** Where one database is while it is measured. */
export interface Place extends Pick<Setting, 'folder' | 'server' | 'shared'> {
  remove(): Promise<void>
}

/** Gives out places, and takes back all that it gave when the run ends, however that is. */
export class Places {
  readonly #given = new Set<Place>()
  readonly #signal: AbortSignal
  #server: Promise<BenchmarkServer> | undefined
  #shared: Promise<string> | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** A new, empty folder; a new, empty schema as well where the engine is PostgreSQL. */
  async make(needsServer: boolean): Promise<Place> {
    const server = needsServer ? await (this.#server ??= startServer(this.#signal)) : undefined
    const schema = await server?.makeSchema()
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
    const shared = await (this.#shared ??= mkdtemp(join(tmpdir(), 'holdfast-bench-shared-')))
    const place: Place = {
      folder,
      shared,
      ...(server !== undefined && schema !== undefined && { server: { url: server.url, schema } }),
      remove: async () => {
        await rm(folder, { recursive: true, force: true })
        if (schema !== undefined) await server?.dropSchema(schema)
        this.#given.delete(place)
      },
    }
    this.#given.add(place)
    return place
  }

  /** The address of the server, if one is in use: it must not be shown. */
  async address(): Promise<string | undefined> {
    return (await this.#server?.catch(() => undefined))?.url
  }

  async end(): Promise<void> {
    const places = [...this.#given]
    await Promise.all(places.map(({ folder }) => rm(folder, { recursive: true, force: true })))
    if (this.#shared !== undefined) await rm(await this.#shared, { recursive: true, force: true })
    // With all schemas that it has given out.
    await (await this.#server?.catch(() => undefined))?.stop()
  }
}
