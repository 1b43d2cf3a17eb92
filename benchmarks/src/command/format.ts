const units = [
  { name: 's', milliseconds: 1000 },
  { name: 'ms', milliseconds: 1 },
  { name: 'µs', milliseconds: 1e-3 },
  { name: 'ns', milliseconds: 1e-6 },
] as const

/** Three significant digits: `1.08 s`, `34.2 ms`, `560 ns`. */
export function formatTime(milliseconds: number): string {
  const unit = units.find((one) => roundedTo(3, milliseconds / one.milliseconds) >= 1) ?? units[3]
  return `${formatNumber(milliseconds / unit.milliseconds)} ${unit.name}`
}

/** Three significant digits without an exponent. */
export function formatNumber(value: number): string {
  const rounded = roundedTo(3, value)
  const whole = Math.max(1, Math.floor(Math.log10(Math.abs(rounded) || 1)) + 1)
  return rounded.toFixed(Math.max(0, 3 - whole))
}

const roundedTo = (digits: number, value: number): number => Number(value.toPrecision(digits))

/** MiB: `12.3 MiB`. */
export const formatSize = (mebibytes: number): string => `${formatNumber(mebibytes)} MiB`

/** A ratio to the bare driver. */
export const formatRatio = (ratio: number): string => (ratio < 9.995 ? ratio.toFixed(2) : formatNumber(ratio))

export const formatCount = (count: number): string => count.toLocaleString('en-US')

/** `2 min 5 s`, `40 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** Breaks a text into lines of so many characters, at its blanks. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
