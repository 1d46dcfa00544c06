// Rows of an answer, in columns.

type Row = Readonly<Record<string, unknown>>

/** The rows under this name in what a relay answered. */
export function rowsOf(answer: Row, name: string): readonly Row[] {
  const rows: unknown = answer[name]
  return Array.isArray(rows) ? rows.filter(isRow) : []
}

/** Each row has the keys of the first; they are the heads. */
export function printTable(rows: readonly Row[]): void {
  const heads = Object.keys(rows[0] ?? {})
  const lines = [heads, ...rows.map((row) => heads.map((head) => String(row[head])))]
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  for (const line of lines)
    process.stdout.write(
      `${line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    )
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null
}
