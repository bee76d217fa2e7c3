/** The dialog ImportTracks. */
export function ImportTracksDialog() {
  return null
}
