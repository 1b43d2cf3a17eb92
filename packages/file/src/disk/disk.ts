/**
 * The calls of the file system that the engine makes, and no others. Every one of them may fail: whoever calls decides what
 * is still true then. Paths are absolute.
 *
 * Rejections and exceptions are `HoldfastError`s: `NOT_FOUND`, `UNAUTHORIZED`, `LIMIT_EXCEEDED` (no space left), `IO`, each with
 * the path and the system's own error as `cause`.
 */
export interface Disk {
  /** Opens for reading; `append`: for reading and for writing at the end; `create`: makes a file, which must not be there, of mode 0600. */
  open(path: string, how: 'read' | 'append' | 'create'): number
  close(descriptor: number): void
  /** The bytes from a position on, fewer where the file ends. Holds the thread: for a few hundred kilobytes. */
  readNow(descriptor: number, position: number, length: number): Uint8Array
  read(descriptor: number, position: number, length: number): Promise<Uint8Array>
  /** Writes all bytes at the end, or throws; then any part of them may have been written. */
  append(descriptor: number, bytes: Uint8Array): void
  appendLater(descriptor: number, bytes: Uint8Array): Promise<void>
  /** Waits until the disk has the file's bytes and its size. */
  sync(descriptor: number): Promise<void>
  /** Waits until the disk has the folder's entries. */
  syncFolder(path: string): Promise<void>
  size(descriptor: number): number
  truncate(descriptor: number, size: number): void
  rename(from: string, to: string): void
  /** No error where there is no such file. */
  remove(path: string): void
  /** Of mode 0700, and those on the way to it. No error where it is there. */
  makeFolder(path: string): void
  /** Only an empty one. No error where there is none, or where it is not empty. */
  removeFolder(path: string): void
  /** The names in a folder, in no order; undefined where there is none. */
  list(path: string): readonly { readonly name: string; readonly folder: boolean }[] | undefined
}
