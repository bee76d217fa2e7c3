/** The messages between pairedMatches and its workers: plain records over shared memory. */
import type { Features } from '../../../engine/features/detectFeatures.ts'
import type { Size } from '../../../shared/units.ts'
import type { AgreementOptions } from './localAgreement.ts'
import type { FrameMatches, PutativeOptions } from './putativeMatches.ts'

export interface MatchWorkerData {
  readonly size: Size
  readonly putative: PutativeOptions
  readonly agreement: AgreementOptions
}

/** Features of a frame and the distance of each to the most similar one elsewhere in the frame. */
export interface FrameFeatures {
  readonly features: Features
  readonly self: Float32Array
}

export type MatchJob =
  | { readonly kind: 'detect'; readonly luma: Float32Array }
  /** Features that are known already. */
  | { readonly kind: 'found'; readonly features: Features }
  | { readonly kind: 'match'; readonly a: FrameFeatures; readonly b: FrameFeatures }

export type MatchResult = { readonly kind: 'features'; readonly frame: FrameFeatures } | { readonly kind: 'matches'; readonly matches: FrameMatches }
