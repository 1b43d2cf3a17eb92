export type { FileOptions, SegmentFormat, Synchronous } from './options.js'
