/** The pages Track, Fit, Review and Info. */
export function Inspector() {
  return <section aria-label="Inspector" />
}
