/** Comma-separated text as rows of cells with line numbers, and back. Not here: what the cells mean. */

export interface CsvRow {
  /** Line of the file on which the row begins, from 1. */
  readonly line: number
  /** Trimmed; quotes removed. */
  readonly cells: readonly string[]
}

/**
 * Rows of CSV text, lazily. Takes a byte order mark, any line ending, quoted cells (with commas, line breaks, doubled quotes)
 * and spaces around cells; empty lines are passed over. A quote that never closes ends with the text.
 */
export function* csvRows(text: string): Generator<CsvRow, void> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let line = 1
  while (at < text.length) {
    const first = line
    let end = lineEnd(text, at)
    let row = text.slice(at, end)
    // A line break within quotes belongs to the cell.
    while (end < text.length && row.includes('"') && hasOpenQuote(row)) {
      line++
      end = lineEnd(text, afterBreak(text, end))
      row = text.slice(at, end)
    }
    if (row.trim() !== '') yield { line: first, cells: row.includes('"') ? quotedCells(row) : row.split(',').map((cell) => cell.trim()) }
    at = afterBreak(text, end)
    line++
  }
}

function lineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from)
  const stop = feed < 0 ? text.length : feed
  // Old Mac files break lines with a carriage return alone.
  const back = text.slice(from, stop).indexOf('\r')
  return back < 0 ? stop : from + back
}

function afterBreak(text: string, end: number): number {
  return text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1
}

function hasOpenQuote(row: string): boolean {
  let open = false
  for (let k = row.indexOf('"'); k >= 0; k = row.indexOf('"', k + 1)) open = !open
  return open
}

function quotedCells(row: string): string[] {
  const cells: string[] = []
  const cell = /\s*(?:"((?:[^"]|"")*)"?[^,]*|([^,]*))(,|$)/gy
  for (;;) {
    const found = cell.exec(row)
    if (!found) return cells
    cells.push(found[1] === undefined ? found[2].trim() : found[1].replaceAll('""', '"').trim())
    if (found[3] === '') return cells
  }
}

/** A cell as text: quoted where it must be. */
export function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A finite number, or undefined. Takes what CSV files hold (1, -1.5, 2e-3), not what JavaScript takes besides ('', 0x10, Infinity). */
export function csvNumber(cell: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell)) return undefined
  const value = Number(cell)
  return Number.isFinite(value) ? value : undefined
}
