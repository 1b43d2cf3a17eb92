import { HoldfastError } from '../backend/errors.js'
import type { ErrorCode } from '../backend/errors.js'

/** Where in a tree of expressions and relations something is. Linked, so that it is only put into words when it is needed. */
export interface Path {
  readonly parent: Path | undefined
  readonly property: string
  readonly index: number | undefined
}

/** The place of a property, or of an item of it, below another place. */
export function within(parent: Path | undefined, property: string, index?: number): Path {
  return { parent, property, index }
}

/** `input.condition.arguments[1]`; undefined for the root. */
export function printPath(path: Path | undefined): string | undefined {
  if (path === undefined) return undefined
  const steps: string[] = []
  for (let at: Path | undefined = path; at !== undefined; at = at.parent) {
    steps.push(at.index === undefined ? at.property : `${at.property}[${at.index}]`)
  }
  return steps.reverse().join('.')
}

/** An error that names the place in the tree. */
export function failure(
  code: ErrorCode,
  message: string,
  path: Path | undefined,
  cause?: unknown,
): HoldfastError {
  const place = printPath(path)
  return new HoldfastError(code, message, {
    ...(place === undefined ? {} : { path: place }),
    ...(cause === undefined ? {} : { cause }),
  })
}

/** An error from inside a part, which knows only its own places, as one of the whole tree. */
export function nested(error: unknown, path: Path): unknown {
  if (!(error instanceof HoldfastError)) return error
  const whole = error.path === undefined ? path : within(path, error.path)
  return failure(error.code, error.message, whole, error.cause)
}
