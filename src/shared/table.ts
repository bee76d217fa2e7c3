/** Tables for people: Markdown, so that they can be pasted, with columns aligned. */

/** The first column is left-aligned, the others right. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((cell, k) => Math.max(3, ...[cell, ...rows.map(row => row[k])].map(text => [...text].length)))
  const pad = (text: string, k: number) => {
    const gap = ' '.repeat(widths[k] - [...text].length)
    return k === 0 ? text + gap : gap + text
  }
  const line = (cells: readonly string[]) => `| ${cells.map(pad).join(' | ')} |`
  const rule = `|${widths.map((width, k) => (k === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(header), rule, ...rows.map(line)].join('\n')
}

/** A share of one as a percentage with one decimal; "–" where there is none. */
export const percent = (share: number) => (Number.isFinite(share) ? (share * 100).toFixed(1) : '–')

/** A number with so many decimals; "–" where there is none. */
export const decimals = (value: number, digits: number) => (Number.isFinite(value) ? value.toFixed(digits) : '–')
