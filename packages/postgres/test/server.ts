import { findServer } from '@holdfast/postgres-server'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the server is reached. */
    readonly serverUrl: string
  }
}

/** Starts the server for a whole run, or takes the one that `DATABASE_URL` names. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await findServer()
  project.provide('serverUrl', server.url)
  return () => server.stop()
}
