/** What track refinement asks of a patch matcher; engine/patch implements it. */

export interface PatchRequest {
  /** [n] frame of each template. */
  readonly templateFrames: Int32Array
  /** [n, 2] raster points of the templates. */
  readonly templates: Float32Array
  /** [n] frame in which each is sought. */
  readonly frames: Int32Array
  /** [n, 2] where to start. */
  readonly guesses: Float32Array
}

export interface PatchReply {
  /** [n, 2] refined raster points; the guess where the search failed. */
  readonly points: Float32Array
  /** [n] zero-mean normalised correlation at the refined point, −1..1; −1 where the patch leaves the frame. */
  readonly zncc: Float32Array
  /** [n] 1 where the search converged on a patch with texture in both directions. */
  readonly converged: Uint8Array
}

export interface PatchMatcher {
  match(request: PatchRequest): Promise<PatchReply>
}
