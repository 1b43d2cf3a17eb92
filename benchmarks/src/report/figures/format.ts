const UNITS: readonly (readonly [from: number, name: string])[] = [
  [60_000, 'min'],
  [1000, 's'],
  [1, 'ms'],
  [0.001, 'µs'],
  [0.000_001, 'ns'],
]

/** Milliseconds in the unit that reads best: three digits that count, `1.24 ms`. */
export function time(milliseconds: number): string {
  if (milliseconds === 0) return '0 ms'
  // What rounds to a thousand of a unit is one of the next.
  const rounded = Number(milliseconds.toPrecision(3))
  const [from, name] = UNITS.find(([least]) => rounded >= least) ?? ([0.000_001, 'ns'] as const)
  return `${digits(milliseconds / from)} ${name}`
}

/** MiB as MiB or GiB. */
export function size(mebibytes: number): string {
  if (mebibytes >= 1024) return `${digits(mebibytes / 1024)} GiB`
  return mebibytes > 0 && mebibytes < 1 ? `${digits(mebibytes * 1024)} KiB` : `${digits(mebibytes)} MiB`
}

/** `1.24×`; large ones without digits that say nothing. */
export function ratio(value: number): string {
  // What rounds to ten has one decimal, as ten has.
  const places = Number(value.toFixed(2)) < 10 ? 2 : Number(value.toFixed(1)) < 100 ? 1 : 0
  return `${places > 0 ? value.toFixed(places) : count(Math.round(value))}×`
}

/** Digits in groups of three. */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 })
}

/** 1e6 as `1M`, where nothing is lost by it. */
export function rows(value: number): string {
  if (value >= 1_000_000 && value % 100_000 === 0) return `${value / 1_000_000}M`
  if (value >= 1000 && value % 100 === 0) return `${value / 1000}k`
  return String(value)
}

/** The minute, UTC: `2026-01-31 14:05`; what is no date stays as it is. */
export function date(iso: string): string {
  const moment = new Date(iso)
  return Number.isNaN(moment.getTime()) ? iso : moment.toISOString().slice(0, 16).replace('T', ' ')
}

function digits(value: number): string {
  return value >= 1000 ? count(Math.round(value)) : String(Number(value.toPrecision(3)))
}
