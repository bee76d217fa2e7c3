/**
 * Networks as the supervision stages see them: opened when they are needed, closed after. Interfaces only; onnxruntime implements them
 * (server/models), tests make their own. All coordinates and sizes are those of the working raster.
 */
import type { Size } from '../../shared/units.ts'
import type { FindFeatures } from './matches/pairedMatches.ts'
import type { DenseFlow } from './flow/pairedFlow.ts'
import type { DepthMap } from './depth/folderDepth.ts'
import type { SupervisionContext } from './supervision.ts'

interface Network<Opened> {
  /** Names the file by its content, and how it is used: part of cache keys. */
  readonly id: string
  open(context: Pick<SupervisionContext, 'threads' | 'signal'>): Promise<Opened & { close(): Promise<void> }>
}

export type FlowNetwork = Network<{ readonly flow: DenseFlow }>

export interface FeatureNetwork extends Network<{ readonly features: FindFeatures }> {
  /** Points are exact to a pixel or so; where false they are centres of cells. */
  readonly exact: boolean
  /** Pixels of the working raster per cell. */
  readonly cell: number
}

export interface DepthNetwork extends Network<{ depth(rgb: Uint8Array, size: Size): Promise<DepthMap> }> {
  /** distance: larger = farther, up to a scale; inverse: larger = nearer, up to scale and shift. */
  readonly meaning: 'distance' | 'inverse'
}
