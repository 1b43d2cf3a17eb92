import type { Disk } from './disk.js'

/** Does what nothing depends on any more: that it fails changes nothing. */
export function attempt(call: () => void): void {
  try {
    call()
  } catch {
    // What is left behind is removed when the database is opened next.
  }
}

/** Removes a file that no manifest names: now, or, if that fails, when the database is opened next. */
export function removeLater(disk: Disk, path: string): void {
  attempt(() => disk.remove(path))
}
