import type { ColumnDefinition, LogicalType } from '../schema/types.js'

/** All of a column that an engine has to keep, in the words of the column builders: `decimal(10, 2) nullable`. */
export function describeColumnType({ type, nullable, generated, version }: ColumnDefinition): string {
  const traits = [
    nullable && 'nullable',
    generated !== undefined && 'generated',
    version === true && 'version',
  ]
  return [typeWords(type), ...traits].filter((word) => word !== false).join(' ')
}

function typeWords(type: LogicalType): string {
  if (type.name === 'decimal') return `decimal(${type.precision}, ${type.scale})`
  if (type.name === 'timestamp') return `timestamp('${type.unit}')`
  return type.name
}
