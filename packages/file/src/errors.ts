import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import type { ErrorCode } from '@holdfast/core/backend'

type Mapping = readonly [code: ErrorCode, problem: string]

/** What the system says, by its own codes; what is not listed is `IO`. */
const codes: Readonly<Record<string, Mapping>> = {
  ENOENT: ['NOT_FOUND', 'there is no such file or folder'],
  EACCES: ['UNAUTHORIZED', 'access is refused: give this user the right to it'],
  EPERM: ['UNAUTHORIZED', 'the operation is not permitted: give this user the right to it'],
  EROFS: ['READ_ONLY', 'the file system can only be read: open the database with the option "readOnly"'],
  ENOSPC: ['LIMIT_EXCEEDED', 'the disk is full: make room, then try again'],
  EDQUOT: ['LIMIT_EXCEEDED', 'the quota of this user is used up: make room, then try again'],
  EFBIG: ['LIMIT_EXCEEDED', 'the file would become larger than the file system or this process may write'],
  EMFILE: ['LIMIT_EXCEEDED', 'this process has too many files open: raise its limit of open files'],
  ENFILE: ['LIMIT_EXCEEDED', 'the system has too many files open'],
  EEXIST: ['IO', 'something of that name is there already'],
  ENOTDIR: ['IO', 'a part of the path is a file, and a folder is needed'],
  EISDIR: ['IO', 'it is a folder, and a file is needed'],
  EBUSY: ['IO', 'another program holds it: close that program, then try again'],
  EIO: ['IO', 'the device failed: look into the log of the system, and restore a copy if files are damaged'],
}

/** The code that the system gave an error; undefined for any other error. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || isHoldfastError(error)) return undefined
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/**
 * An error of the file system as Holdfast's.
 *
 * @param doing what was tried, to be put before the path: `read`, `rename`
 */
export function toHoldfastError(error: unknown, doing: string, path: string): HoldfastError {
  if (isHoldfastError(error)) return error
  const systemCode = systemCodeOf(error)
  const [code, problem] = codes[systemCode ?? ''] ?? ['IO', `the system says ${systemCode ?? 'nothing more'}`]
  return new HoldfastError(code, `Cannot ${doing} ${path}: ${problem}.`, { path, cause: error })
}

/** The error for a file that is not what was written. */
export function corrupt(path: string, offset: number, problem: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'CORRUPT',
    `${path} is damaged at byte ${offset}: ${problem}. Nothing was changed. Restore the database from a copy, or save what can be read with repair().`,
    { path, cause },
  )
}
