/** The picture of the open video with its tracks, and the corner of view controls. */
export function CanvasArea() {
  return <section aria-label="Canvas" />
}
