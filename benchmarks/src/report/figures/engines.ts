/** The engines that people know, in the order in which they are shown, with what they are called. */
export const engineTitles: ReadonlyMap<string, string> = new Map([
  ['memory', 'Memory'],
  ['file', 'Files'],
  ['sqlite', 'SQLite'],
  ['duckdb', 'DuckDB'],
  ['postgres', 'PostgreSQL'],
])
