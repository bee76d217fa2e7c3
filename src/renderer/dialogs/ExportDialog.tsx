/** The dialog Export. */
export function ExportDialog() {
  return null
}
