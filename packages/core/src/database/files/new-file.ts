import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { HoldfastError } from '../../backend/errors.js'
import type { ErrorCode } from '../../backend/errors.js'

const ownerOnly = 0o600

/** Asked for when it is needed: importing it would cost every program a millisecond and a megabyte. */
const files = () => process.getBuiltinModule('node:fs/promises')

/**
 * Makes a file: `write` fills an empty one beside it, which takes its name when it is whole and on the disk. Whatever goes
 * wrong, nothing is left behind and what was there before is as it was.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` where there is such a file and it may not be replaced, `NOT_FOUND` without the
 * folder, `UNAUTHORIZED`, `IO`, and what `write` throws
 */
export async function makeFile<Result>(
  path: string,
  overwrite: boolean,
  write: (path: string) => Promise<Result>,
): Promise<Result> {
  if (!overwrite && existsSync(path)) throw fileExists(path)
  const draft = join(
    dirname(path),
    `.${basename(path).slice(0, 100)}.${process.getBuiltinModule('node:crypto').randomUUID()}`,
  )
  await guarded(path, async () => (await files().open(draft, 'wx', ownerOnly)).close())
  try {
    const result = await write(draft)
    await guarded(path, async () => {
      await flush(draft)
      await (overwrite ? files().rename(draft, path) : place(draft, path))
      await flush(dirname(path))
    })
    return result
  } finally {
    await files().rm(draft, { force: true })
  }
}

async function flush(path: string): Promise<void> {
  const handle = await files().open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Unlike a renaming, a link never replaces what somebody else has put there meanwhile. */
async function place(draft: string, path: string): Promise<void> {
  try {
    await files().link(draft, path)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') throw fileExists(path)
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    // A file system without links.
    if (existsSync(path)) throw fileExists(path)
    await files().rename(draft, path)
  }
}

function fileExists(path: string): HoldfastError {
  return new HoldfastError(
    'INVALID_ARGUMENT',
    `There is a file ${path} already. State overwrite: true to replace it.`,
    { path: 'path' },
  )
}

const faults: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['NOT_FOUND', 'its folder does not exist: create it first'],
  ENOTDIR: ['NOT_FOUND', 'what should be its folder is none'],
  EISDIR: ['INVALID_ARGUMENT', 'there is a folder of that name'],
  EACCES: ['UNAUTHORIZED', 'the process may not write there'],
  EPERM: ['UNAUTHORIZED', 'the process may not write there'],
  EROFS: ['UNAUTHORIZED', 'the file system can only be read'],
  ENOSPC: ['IO', 'the disk is full'],
}

async function guarded(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof HoldfastError) throw error
    const [code, reason] = faults[codeOf(error) ?? ''] ?? ['IO', 'the file system failed']
    throw new HoldfastError(code, `The file ${path} was not made: ${reason}.`, { cause: error })
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
