/** Days and instants as PostgreSQL counts them: from 2000-01-01. */

const millisecondsOfDay = 86_400_000
/** 2000-01-01 in milliseconds since 1970. */
export const postgresEpoch = 946_684_800_000

/** The day of a stored date. */
export function daysOf(date: string): number {
  return (Date.parse(`${date}T00:00:00Z`) - postgresEpoch) / millisecondsOfDay
}

export function dateOf(days: number): string {
  return new Date(days * millisecondsOfDay + postgresEpoch).toISOString().slice(0, 10)
}

/** 0001-01-01 and the end of 9999, in milliseconds since 1970 (TYPE-7). */
export const firstInstant = -62_135_596_800_000
export const lastInstant = 253_402_300_799_999
