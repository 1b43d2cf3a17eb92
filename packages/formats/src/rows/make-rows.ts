/** Makes rows of columns: `columns[c][r]` becomes the value of the column `c` in the row `r`. */
export type MakeRows = (columns: readonly (readonly unknown[])[], count: number) => Record<string, unknown>[]

/**
 * Makes the function that puts rows together, as straight code with one object literal: assigning each value by its name
 * takes several times as long. Only names, written by `JSON.stringify`, are part of the text.
 */
export function compileRowMaker(names: readonly string[]): MakeRows {
  const variables = names.map((_, index) => `c${index} = columns[${index}]`)
  const members = names.map((name, index) => `${keyOf(name)}: c${index}[row]`)
  const text = [
    `const ${['rows = new Array(count)', ...variables].join(', ')}`,
    `for (let row = 0; row < count; row++) rows[row] = { ${members.join(', ')} }`,
    'return rows',
  ]
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is in the text is said above
    return new Function('columns', 'count', text.join('\n')) as MakeRows
  } catch (error) {
    // A process may forbid code from text.
    if (error instanceof EvalError) return (columns, count) => assignRows(names, columns, count)
    throw error
  }
}

/** Without brackets `__proto__` would not be the name of a member. */
function keyOf(name: string): string {
  return name === '__proto__' ? `["__proto__"]` : JSON.stringify(name)
}

function assignRows(
  names: readonly string[],
  columns: Parameters<MakeRows>[0],
  count: number,
): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(names.map((name, index) => [name, columns[index]![row]])),
  )
}
