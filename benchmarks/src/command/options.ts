import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InvalidArgumentError } from 'commander'

/** Names with commas between. */
export const list = (text: string): string[] => text.split(',').map((one) => one.trim())

/** An option that is given several times. */
export const collect = (text: string, before: readonly string[] = []): string[] => [...before, text]

export function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number.')
  return value
}

const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6 }

/** Numbers of rows: `100k,1M`. */
export function counts(text: string): number[] {
  return list(text).map((one) => {
    const [, digits, unit] = /^(\d+(?:\.\d+)?)([km]?)$/i.exec(one) ?? []
    const count = Math.round(Number(digits) * factors[unit?.toLowerCase() ?? '']!)
    if (!(count >= 1)) throw new InvalidArgumentError('Give numbers of rows, such as 50000 or 100k,1M.')
    return count
  })
}

/** The address of the module at a path. */
export const address = (path: string): string => pathToFileURL(resolve(path)).href

/** Whether what could be a name is a path. */
export const isPath = (name: string): boolean => /[./\\]/.test(name)
