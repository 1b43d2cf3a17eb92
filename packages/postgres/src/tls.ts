import { HoldfastError } from '@holdfast/core/backend'
import { readFile } from 'node:fs/promises'
import type { ConnectionOptions, SecureContext, SecureContextOptions } from 'node:tls'
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
    secureContext: await contextOf({
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    }),
    // Whom the certificate is for is asked by `verify-full` only.
    ...(sslmode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  }
}

/** Made here, so that no socket keeps the key as a text. */
async function contextOf(options: SecureContextOptions): Promise<SecureContext> {
  // Only now: it takes time and memory of which those who ask for no TLS have no use.
  const { createSecureContext } = await import('node:tls')
  try {
    return createSecureContext(options)
  } catch (cause) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      'The options "sslcert", "sslkey" and "sslrootcert" must be certificates, and the key of the first, as PEM.',
      { path: 'sslkey', cause },
    )
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
