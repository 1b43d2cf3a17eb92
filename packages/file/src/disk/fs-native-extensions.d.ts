/** The package carries no types. */
declare module 'fs-native-extensions' {
  /** Locks a part of a file, without waiting; false if another descriptor holds a lock there. */
  export function tryLock(
    descriptor: number,
    offset?: number,
    length?: number,
    options?: { shared?: boolean },
  ): boolean
  export function unlock(descriptor: number, offset?: number, length?: number): void
}
