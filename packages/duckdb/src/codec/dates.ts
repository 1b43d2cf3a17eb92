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

/** The number of a day, `YYYY-MM-DD`, since 1970. */
export function dayOfDate(date: string): number {
  const year = Number(date.slice(0, 4))
  const month = Number(date.slice(5, 7))
  // In a year that begins with March the leap day is the last one, and the months before follow one formula.
  const years = month > 2 ? year : year - 1
  const monthsSinceMarch = month > 2 ? month - 3 : month + 9
  const dayOfYear = Math.floor((153 * monthsSinceMarch + 2) / 5) + Number(date.slice(8, 10)) - 1
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400)
  return years * 365 + leapDays + dayOfYear - daysFromMarchOfYear0
}

/** From 0000-03-01 to 1970-01-01. */
const daysFromMarchOfYear0 = 719_468
