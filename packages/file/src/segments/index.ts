/** Immutable files of rows in key order. */
export { openSegment } from './segment.js'
export { createSegment } from './write-segment.js'
