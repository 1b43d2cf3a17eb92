export { invalidOption, readBackendOptions } from './read-options.js'
export type { BackendOptions, OptionAlias, OptionRules } from './read-options.js'
export { option } from './rules.js'
export type { OptionRule } from './rules.js'
