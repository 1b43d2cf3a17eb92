/** The sizes that hold on every engine (TYPE-9, TYPE-10). An engine may declare lower ones in its capabilities. */
export const limits = {
  /** Bytes of an encoded primary key; `keyBytes` in `key-size.ts` says how they are counted. */
  maxKeyBytes: 512,
  /** What an engine that declares a lower `maxKeyBytes` has to take all the same. */
  leastKeyBytes: 128,
  /** Bytes of one text (in UTF-8), bytes or canonical json value. */
  maxValueBytes: 16 * 1024 * 1024,
  /** Arrays and objects around the innermost value of a json document. */
  maxJsonDepth: 64,
  /** Columns of a table, and likewise its indexes and its checks. */
  maxParts: 10_000,
} as const

/** Limits that a caller may lower for an engine. */
export interface ValueLimits {
  readonly maxKeyBytes: number
  readonly maxValueBytes: number
}
