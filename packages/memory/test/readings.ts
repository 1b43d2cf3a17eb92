import { boolean, double, integer, table, text, timestamp } from '@holdfast/core'

export const readings = table(
  'readings',
  {
    id: integer().primaryKey(),
    level: integer().nullable(),
    celsius: double().nullable(),
    at: timestamp().nullable(),
    kind: text(),
    label: text().nullable(),
    checked: boolean().nullable(),
  },
  { indexes: [{ columns: ['level'] }, { columns: ['kind', 'checked'] }] },
)

/** Values that come again in many rows, in patterns that do not run in step. */
export const rows = Array.from({ length: 20_000 }, (_, index) => ({
  id: index * 3,
  level: some(index, 11, (index * 7_919) % 900),
  // Eighths, so that every order of addition gives the same sum.
  celsius: some(index, 13, ((index * 104_729) % 4_001) / 8 - 200),
  at: some(index, 17, new Date(1_700_000_000_000 + ((index * 31) % 9_000) * 60_000)),
  kind: ['river', 'sea', 'lake', 'Ω', '\u{1f30a}'][index ** 3 % 5]!,
  label: some(index, 3, `label ${(index * 15_485_863) % 12_000}`),
  checked: some(index, 5, index % 2 === 0),
}))

function some<Value>(index: number, every: number, value: Value): Value | null {
  return index % every === 0 ? null : value
}
