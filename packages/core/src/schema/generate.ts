/**
 * Makes a function from source text in which `values` are variables. Undefined where the process forbids code from text.
 * Only names embedded with `JSON.stringify` may be part of the text, and no value ever.
 */
export function generate<Made extends (...inputs: never[]) => unknown>(
  parameters: readonly string[],
  body: string,
  values: Readonly<Record<string, unknown>>,
): Made | undefined {
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the gain over closures is fourfold, see row-encoder.ts
    const make = new Function(
      ...Object.keys(values),
      `'use strict'; return (${parameters.join(', ')}) => {\n${body}\n}`,
    )
    return make(...Object.values(values)) as Made
  } catch (error) {
    if (error instanceof EvalError) return undefined
    throw error
  }
}
