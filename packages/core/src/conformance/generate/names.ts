import type { Dice } from '../random/dice.js'

/** Legal names that an engine gets wrong when it quotes carelessly or compares names by its own rules (WRITE-9). */
const difficultNames: readonly string[] = [
  'select',
  'order',
  'group',
  'value',
  'values',
  'Key',
  'index',
  'table',
  'from',
  'null',
  'count',
  'end',
  'user',
  'date',
  'timestamp',
  'left',
  '_',
  '__proto_',
  'constructor',
  'toString',
  'A1',
  'camelCase',
  'UPPER',
  'n'.repeat(63),
]

/** Different names for the columns of a table: plain ones, now and then a difficult one. */
export function columnNames(dice: Dice, count: number): string[] {
  const difficult = dice.shuffle(difficultNames)
  return Array.from({ length: count }, (_, index) =>
    dice.chance(15) ? (difficult[index] ?? `c${index}`) : `c${index}`,
  )
}
