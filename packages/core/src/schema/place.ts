/** Where a row or key is, for errors: a text as it is, or its number in a batch. A number costs nothing until it is needed. */
export type Place = string | number

/** The place as a path: `rows[3]` for the number 3 of a batch of `rows`. */
export function pathOf(place: Place, batch: 'rows' | 'keys'): string {
  return typeof place === 'number' ? `${batch}[${place}]` : place
}

/** A step into an object or array as a path writes it, cut short: keys are the caller's data and may be of any length. */
export function stepInto(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`
  return /^[A-Za-z_]\w{0,62}$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 63).toWellFormed())}]`
}
