import { HoldfastError } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Run } from './access.js'
import type { ResolvedOptions } from './options/index.js'
import { sqlStateOf } from './wire/exchange-error.js'

export interface Extension {
  readonly version: string
  /** Where what it brings is. */
  readonly schema: string
}

/** The extensions that the database has. */
export async function installedExtensions(run: Run): Promise<ReadonlyMap<string, Extension>> {
  const extensions = new Map<string, Extension>()
  await run([
    {
      text: 'SELECT e.extname, e.extversion, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace ORDER BY e.extname COLLATE "C"',
      onRow: ([name, version, schema]) => void extensions.set(name!, { version: version!, schema: schema! }),
    },
  ])
  return extensions
}

/**
 * Creates the extensions that are asked for and that the database does not have, with those that they need.
 *
 * @throws HoldfastError `UNSUPPORTED` naming one that the server does not offer
 */
export async function prepareExtensions(
  run: Run,
  { extensions, readOnly, schema }: Pick<ResolvedOptions, 'extensions' | 'readOnly' | 'schema'>,
): Promise<void> {
  if (extensions.length === 0) return
  const installed = await installedExtensions(run)
  for (const name of extensions) {
    if (installed.has(name)) continue
    if (readOnly) throw unavailable(name, 'the database does not have it, and is open to read only')
    await createExtension(run, name, schema)
  }
}

async function createExtension(run: Run, name: string, schema: string): Promise<void> {
  let offered: { readonly fixed: boolean } | undefined
  await run([
    {
      text: `SELECT v.schema IS NOT NULL FROM pg_available_extensions e
        JOIN pg_available_extension_versions v ON v.name = e.name AND v.version = e.default_version WHERE e.name = $1`,
      values: [name],
      onRow: ([fixed]) => (offered = { fixed: fixed === 't' }),
    },
  ])
  if (offered === undefined)
    throw unavailable(
      name,
      'the server does not offer it. Install it there, or leave it out of the option "extensions"',
    )
  const place = offered.fixed ? '' : ` SCHEMA ${quote(await sharedSchema(run, schema))}`
  try {
    await run([{ text: `CREATE EXTENSION IF NOT EXISTS ${quote(name)}${place} CASCADE` }])
  } catch (error) {
    // Somebody else was faster.
    if (sqlStateOf(error) !== '23505' && sqlStateOf(error) !== '42710') throw error
  }
}

/** An extension is one for the whole database: it must not end with a schema that happened to be the first to ask for it. */
async function sharedSchema(run: Run, own: string): Promise<string> {
  let isThere = false
  await run([{ text: "SELECT 1 FROM pg_namespace WHERE nspname = 'public'", onRow: () => (isThere = true) }])
  return isThere ? 'public' : own
}

function unavailable(name: string, why: string): HoldfastError {
  return new HoldfastError('UNSUPPORTED', `The extension "${name}" cannot be used: ${why}.`, {
    path: 'extensions',
  })
}
