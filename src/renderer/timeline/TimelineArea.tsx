/** Transport, ruler, thumbnails and lanes of the open video. */
export function TimelineArea() {
  return <section aria-label="Timeline" />
}
