import type { Run } from '../access.js'

/** A table as PostgreSQL describes it. */
export interface RealTable {
  readonly name: string
  readonly columns: readonly RealColumn[]
  readonly indexes: readonly RealIndex[]
  /** How it is cut into parts: `RANGE (at)`. */
  readonly partitionKey: string | null
}

export interface RealColumn {
  readonly name: string
  /** As it is declared: `timestamp(3) with time zone`. */
  readonly declared: string
  /** The name of its type, or of the type that a domain is of: `timestamptz`. */
  readonly type: string
  /** The type as it is written in a cast that cuts nothing off. */
  readonly cast: string
  readonly isEnum: boolean
  readonly precision: number | null
  readonly scale: number | null
  readonly notNull: boolean
  /** The collation compares bytes, and in their order. */
  readonly isC: boolean
  /** Equal means equal to the letter. */
  readonly isDeterministic: boolean
  /** Computed from other columns. */
  readonly generated: boolean
  /** The sequence that fills it, qualified and quoted. */
  readonly sequence: string | null
}

export interface RealIndex {
  readonly name: string
  readonly unique: boolean
  readonly isKey: boolean
  /** Over all rows, checked at once, and ready to be used. */
  readonly whole: boolean
  readonly method: string
  /** Null for expressions. */
  readonly columns: readonly (string | null)[]
}

const columnsSql = `
  SELECT json_agg(json_build_object(
    'name', a.attname,
    'declared', format_type(a.atttypid, a.atttypmod),
    'type', coalesce(b.typname, t.typname),
    'cast', format('%I.%I', n.nspname, t.typname),
    'isEnum', coalesce(b.typtype, t.typtype) = 'e',
    'precision', CASE WHEN t.typname = 'numeric' AND a.atttypmod > 0 THEN ((a.atttypmod - 4) >> 16) & 65535 END,
    'scale', CASE WHEN t.typname = 'numeric' AND a.atttypmod > 0 THEN (a.atttypmod - 4) & 2047 END,
    'notNull', a.attnotnull,
    'isC', coalesce(o.collname IN ('C', 'POSIX'), false),
    'isDeterministic', coalesce(o.collisdeterministic, true),
    'generated', a.attgenerated <> '',
    'sequence', pg_get_serial_sequence(format('%I.%I', s.nspname, c.relname), a.attname)
  ) ORDER BY a.attnum)
  FROM pg_attribute a
  JOIN pg_type t ON t.oid = a.atttypid
  JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
  LEFT JOIN pg_collation o ON o.oid = a.attcollation
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`

const indexesSql = `
  SELECT json_agg(json_build_object(
    'name', i.relname,
    'unique', x.indisunique,
    'isKey', x.indisprimary,
    'whole', x.indpred IS NULL AND x.indimmediate AND x.indisvalid,
    'method', m.amname,
    'columns', (
      SELECT json_agg(a.attname ORDER BY k.place)
      FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k(number, place)
      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number AND k.number > 0
      WHERE k.place <= x.indnkeyatts
    )
  ) ORDER BY i.relname)
  FROM pg_index x
  JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_am m ON m.oid = i.relam
  WHERE x.indrelid = c.oid`

/** Tables, partitioned ones as one, and tables of other servers. */
const tablesSql = `
  SELECT c.relname, (${columnsSql}), (${indexesSql}), pg_get_partkeydef(c.oid)
  FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
  WHERE s.nspname = $1 AND c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition
  ORDER BY c.relname COLLATE "C"`

/** The tables of a schema, without views. */
export async function realTables(run: Run, schema: string): Promise<readonly RealTable[]> {
  const tables: RealTable[] = []
  const take = ([name, columns, indexes, partitionKey = null]: readonly (string | null)[]) =>
    tables.push({
      name: name!,
      columns: JSON.parse(columns ?? '[]') as RealColumn[],
      indexes: JSON.parse(indexes ?? '[]') as RealIndex[],
      partitionKey,
    })
  await run([{ text: tablesSql, values: [schema], prepared: true, onRow: take }])
  return tables
}
