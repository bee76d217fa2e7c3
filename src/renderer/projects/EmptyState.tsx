/** Shown while there is no project: how to make one, by example. */
const ways = [
  { what: 'Track a grid of points through your own video', command: 'npx tapline track VIDEO --grid 16 --project FOLDER' },
  { what: 'Track points you name, one id,frame,x,y a line', command: 'npx tapline track VIDEO --queries points.csv --project FOLDER' },
  { what: 'Make the demo: a drawn scene whose true tracks are known', command: 'npm start' },
] as const

export function EmptyState() {
  return (
    <section className="empty" aria-labelledby="empty-title">
      <h1 id="empty-title">No projects yet</h1>
      <p className="secondary">A project is one folder: a video, its points, and their tracks through every frame. In a terminal, in Tapline’s folder:</p>
      <ol>
        {ways.map(({ what, command }) => (
          <li key={command}>
            {what}
            <code>{command}</code>
          </li>
        ))}
      </ol>
      <p className="secondary">It appears here when you come back to this window.</p>
    </section>
  )
}
