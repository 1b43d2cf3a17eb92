/**
 * Makes a function from source text in which `values` are variables: straight code over columns by their names, where
 * closures over a name that varies would look it up at each row. Undefined where the process forbids code from text.
 *
 * Requires that nothing but names, written by `JSON.stringify`, is put into the text; values never are.
 */
export function generateFunction<Made extends (...inputs: never[]) => unknown>(
  parameters: readonly string[],
  body: string,
  values: Readonly<Record<string, unknown>> = {},
): Made | undefined {
  const text = `'use strict'; return (${parameters.join(', ')}) => {\n${body}\n}`
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is in the text is said above
    const make = new Function(...Object.keys(values), text) as (...given: unknown[]) => Made
    return make(...Object.values(values))
  } catch (error) {
    if (error instanceof EvalError) return undefined
    throw error
  }
}
