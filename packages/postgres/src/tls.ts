import { HoldfastError } from '@holdfast/core/backend'
import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import type { Target } from './options/index.js'

/** What TLS is asked for, `false` for none. */
export async function tlsOptions({
  sslmode,
  sslcert,
  sslkey,
  sslrootcert,
}: Target): Promise<ConnectionOptions | false> {
  if (sslmode === 'disable') return false
  const verify = sslmode !== 'require' || sslrootcert !== undefined
  const [ca, cert, key] = await Promise.all([
    readPem(sslrootcert, 'sslrootcert'),
    readPem(sslcert, 'sslcert'),
    readPem(sslkey?.reveal(), 'sslkey'),
  ])
  return {
    rejectUnauthorized: verify,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    // Whom the certificate is for is asked by `verify-full` only.
    ...(sslmode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  }
}

async function readPem(given: string | undefined, option: string): Promise<string | undefined> {
  if (given === undefined || given.includes('-----BEGIN')) return given
  try {
    return await readFile(given, 'utf8')
  } catch (cause) {
    throw new HoldfastError('IO', `The file that the option "${option}" names cannot be read.`, { cause })
  }
}
