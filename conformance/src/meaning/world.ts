/** What is loaded again for every defect: the suite with the evaluator that it judges by, and an engine to judge. */

export { properties } from '@holdfast/core/conformance'
export { engines } from '../engines.ts'
export { killOf } from '../mutants/prove.ts'
