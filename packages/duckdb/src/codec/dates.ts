/** Days since 1970 as texts, for the days that were asked for last: a column holds few different ones. */
const known = new Map<number, string>()
const daysKept = 10_000

const firstDay = -719_162
const lastDay = 2_932_896
const millisecondsOfDay = 86_400_000

/** The day as `YYYY-MM-DD`; undefined outside of the years 1 to 9999. */
export function dateOfDay(day: number): string | undefined {
  const found = known.get(day)
  if (found !== undefined) return found
  if (day < firstDay || day > lastDay) return undefined
  if (known.size >= daysKept) known.clear()
  const text = new Date(day * millisecondsOfDay).toISOString().slice(0, 10)
  known.set(day, text)
  return text
}

/** The number of a day since 1970. */
export function dayOfDate(date: string): number {
  return Date.parse(`${date}T00:00:00.000Z`) / millisecondsOfDay
}
