import type { FileCapabilities } from './file-types.js'

/** What engines declare that leave files alone. */
export const noFiles: FileCapabilities = Object.freeze({
  query: Object.freeze([]),
  export: Object.freeze([]),
  infer: Object.freeze([]),
  compression: Object.freeze([]),
})
