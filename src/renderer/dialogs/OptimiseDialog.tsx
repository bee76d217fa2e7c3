/** The dialog Optimise. */
export function OptimiseDialog() {
  return null
}
