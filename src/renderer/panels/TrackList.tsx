/** The tracks of the open video as a list. */
export function TrackList() {
  return <section aria-label="Tracks" />
}
