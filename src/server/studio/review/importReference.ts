/** A file of tracks for a video: kept as a reference to compare with, or as tracks of the project that people can correct. */
import type { ReferenceSummary } from '../../../shared/studio/document.ts'
import type { ReferenceImport } from '../../../shared/studio/review.ts'
import { TaplineError } from '../../../shared/errors.ts'
import { pathOfRow } from '../../tracking/shownPaths.ts'
import { newTracksOf } from '../../tracking/importTracks.ts'
import { readTracksFor } from '../../tracking/readTracksFor.ts'
import type { VideoSession } from '../videoSession.ts'
import { addReference, nameOfFile, referenceSummaries } from './referenceFiles.ts'

/** The reference; null where the tracks became the project's own. @throws TaplineError 'not-found', 'bad-file' */
export async function importReference(session: VideoSession, { path, kind, name, asTracks }: ReferenceImport): Promise<ReferenceSummary | null> {
  const { project, video } = session
  const read = await readTracksFor(path, video)
  const called = name?.trim() || nameOfFile(path)
  if (!asTracks) {
    const { id } = await session.inTurn(() => addReference(project, video, read, kind, called))
    await session.announce([], { references: true, decisions: true })
    return (await referenceSummaries(project, video)).find(reference => reference.id === id) ?? null
  }
  const { rows, queries } = newTracksOf(read.tracks, project.tracks.list(video.id).map(track => track.id), called)
  if (rows.length === 0) throw new TaplineError('bad-file', path, 'its tracks are visible in no frame', 'Choose another file.')
  await session.inTurn(async () =>
    session.commit(`Import ${rows.length === 1 ? 'track' : `${rows.length} tracks`}`, draft => {
      const added = draft.add(queries)
      draft.setPaths(added.map(({ key }, i) => ({ key, path: pathOfRow(read.tracks, rows[i], 'imported'), stale: null })))
    }),
  )
  return null
}
