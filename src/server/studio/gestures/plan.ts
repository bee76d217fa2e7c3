/** What a gesture is made of: looked up and asked for first, then written in one transaction. Not here: any one gesture. */
import type { TrackAsk } from '../../../shared/fieldTracker.ts'
import type { VideoRecord } from '../../../shared/projectRecords.ts'
import type { TrackPath } from '../../../shared/studio/document.ts'
import type { ProjectReader } from '../../db/project.ts'
import type { Draft } from '../draft.ts'

/** What a gesture may look at. */
export interface GestureStage {
  readonly project: ProjectReader
  readonly video: VideoRecord
  /** Paths of the asks; null where they cannot be had at once. */
  ask(asks: readonly TrackAsk[]): Promise<readonly TrackPath[] | null>
}

export interface GesturePlan {
  /** As the undo menu names it. */
  readonly label: string
  write(draft: Draft): void
}

/** '3 points'; 'point' where it is one. */
export function counted(n: number, noun: string): string {
  return n === 1 ? noun : `${n} ${noun}s`
}
