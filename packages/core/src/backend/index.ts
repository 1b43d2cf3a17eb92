/** What a plugin is written against. */
export * from './types.js'
export * from './errors.js'
export type * from '../schema/types.js'
export type * from '../expression/types.js'
export type * from '../relation/types.js'
export { functions } from '../expression/functions/index.js'
export { columnsOf } from '../relation/columns-of.js'
