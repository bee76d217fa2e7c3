/** Columns of a CSV file found by the names in its first row. Not here: tables without a header (kineticsCsv.ts, genericCsv.ts). */
import type { CsvRow } from './csvRows.ts'

/** Index of each wanted column, whatever its order, case or neighbours; `missing` names those that are not there. */
export function findColumns<Name extends string>(
  header: CsvRow | undefined,
  wanted: readonly Name[],
): { readonly at: Readonly<Record<Name, number>>; readonly missing: readonly Name[]; readonly names: readonly string[] } {
  const names = (header?.cells ?? []).map((cell) => cell.toLowerCase())
  const at = Object.fromEntries(wanted.map((name) => [name, names.indexOf(name)])) as Record<Name, number>
  return { at, missing: wanted.filter((name) => at[name] < 0), names }
}
