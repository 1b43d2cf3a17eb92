/**
 * Makes a function from source text in which `values` are variables. Undefined where the process forbids code from text.
 * Only names that `JSON.stringify` has quoted may be part of the text, and no value ever.
 */
export function generate<Made extends (...inputs: never[]) => unknown>(
  parameters: readonly string[],
  body: string,
  values: Readonly<Record<string, unknown>>,
): Made | undefined {
  try {
    const text = `'use strict'; return (${parameters.join(', ')}) => {\n${body}\n}`
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a loop over columns takes half as long again
    const make = new Function(...Object.keys(values), text) as (...values: unknown[]) => Made
    return make(...Object.values(values))
  } catch (error) {
    if (error instanceof EvalError) return undefined
    throw error
  }
}
