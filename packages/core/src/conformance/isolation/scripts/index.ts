import { dirtyScripts } from './dirty.js'
import type { Script } from './script.js'
import { readSkewScripts, writeSkewScripts } from './skew.js'

/** The anomalies of Hermitage as schedules. */
export const scripts: readonly Script[] = [...dirtyScripts, ...readSkewScripts, ...writeSkewScripts]
