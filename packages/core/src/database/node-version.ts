import { HoldfastError } from '../backend/errors.js'

/** What the packages state as `engines.node`. */
const oldest = [22, 18] as const

/**
 * Refuses versions of Node that lack what is used: some drivers end the process there without a word.
 *
 * @param version as `process.versions.node` has it
 * @throws HoldfastError `UNSUPPORTED`
 */
export function refuseOldNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return
  throw new HoldfastError(
    'UNSUPPORTED',
    `Holdfast needs Node ${oldest.join('.')} or later, and this is ${version}: install a later one.`,
  )
}
