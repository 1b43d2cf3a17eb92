/** Makes packages of Holdfast backends: what `pnpm create @holdfast/backend` runs. */
export { namesOf } from './name.js'
export type { Names } from './name.js'
export { FolderExists, scaffold } from './scaffold.js'
