/**
 * What supervises a run, as its project keeps it, so that a resume, a refit and the live field use the same. Not here: checking what a
 * person brings (checkSupervision.ts), the parts themselves (toolbox.ts).
 */
import { isAbsolute, join, relative, sep } from 'node:path'
import type { UserSupervision } from '../../shared/jobs.ts'
import type { LearnedSupervision } from '../../shared/models.ts'
import type { RunRecord } from '../../shared/projectRecords.ts'
import type { SupervisionChoice } from '../../shared/rpc.ts'
import type { ProjectReader, ProjectWriter } from '../db/project.ts'
import type { Json } from '../db/settings.ts'

const settingOf = (run: RunRecord) => `run.${run.id}.supervision`

interface Note {
  readonly depthFolder: string | null
  readonly sequenceFolder: string | null
  readonly learned: { readonly flow: string | null; readonly depth: string | null; readonly features: string | null } | null
  /** Older projects lack it. Paths of the project's own files are relative, so that it can be moved. */
  readonly extraTracks?: readonly string[] | null
  /** Ids of the references that the tracks are of. */
  readonly references?: readonly number[] | null
}

/** What is brought, in one form whatever is left out. */
const noteOf = ({ depthFolder, sequenceFolder, learned, extraTracks }: UserSupervision) => ({
  depthFolder: depthFolder ?? null,
  sequenceFolder: sequenceFolder ?? null,
  learned: learned ? { flow: learned.flow ?? null, depth: learned.depth ?? null, features: learned.features ?? null } : null,
  extraTracks: extraTracks?.length ? extraTracks : null,
})

/** Whether two runs are supervised by the same. */
export const isSameSupervision = (a: UserSupervision, b: UserSupervision): boolean => JSON.stringify(noteOf(a)) === JSON.stringify(noteOf(b))

/** Keeps what a run is brought. @param references those whose tracks `extraTracks` are */
export function noteSupervision(project: ProjectWriter, run: RunRecord, supervision: UserSupervision, references: readonly number[] = []): void {
  const note = noteOf(supervision)
  const extraTracks = note.extraTracks?.map(path => (isInside(project, path) ? relative(project.folder, path).split(sep).join('/') : path)) ?? null
  const kept: Note = { ...note, extraTracks, references: references.length ? references : null }
  project.settings.set(settingOf(run), kept as unknown as Json)
}

/** A refit is supervised as its parent was. */
export function copySupervision(project: ProjectWriter, from: RunRecord, to: RunRecord): void {
  const note = project.settings.get(settingOf(from))
  if (note !== undefined) project.settings.set(settingOf(to), note)
}

/** What a run was brought. */
export function supervisionOf(project: ProjectReader, run: RunRecord): UserSupervision {
  const note = readNote(project, run)
  return {
    depthFolder: note?.depthFolder ?? undefined,
    sequenceFolder: note?.sequenceFolder ?? undefined,
    learned: learnedOf(note),
    extraTracks: note?.extraTracks?.map(path => (isAbsolute(path) ? path : project.path(path))),
  }
}

/** The same in the words of whoever chose it. */
export function choiceOf(project: ProjectReader, run: RunRecord): SupervisionChoice {
  const note = readNote(project, run)
  return {
    by: note?.sequenceFolder ? 'folder' : note?.learned ? 'learned' : 'builtin',
    ...(note?.sequenceFolder && { folder: note.sequenceFolder }),
    ...(note?.depthFolder && { depthFolder: note.depthFolder }),
    ...(note?.references && { references: note.references }),
  }
}

const readNote = (project: ProjectReader, run: RunRecord) => project.settings.get(settingOf(run)) as Note | undefined

function learnedOf(note: Note | undefined): LearnedSupervision | undefined {
  // Older projects hold no networks.
  const learned = note?.learned
  return learned ? { flow: learned.flow ?? undefined, depth: learned.depth ?? undefined, features: learned.features ?? undefined } : undefined
}

const isInside = (project: ProjectReader, path: string) => path.startsWith(join(project.folder, sep))
