/** Fourier features of coordinates: x, sin(2^l·π·x), cos(2^l·π·x) for l below `octaves`, with their gradients. Not here: networks. */

export const encodedLength = (coordinates: number, octaves: number) => coordinates * (1 + 2 * octaves)

/** Writes [coordinates · (1 + 2·octaves), rows] to `out`: of each coordinate itself, then sine and cosine octave by octave. */
export function encode(points: readonly Float64Array[], octaves: number, out: Float64Array, rows: number): void {
  let at = 0
  for (const x of points) {
    for (let r = 0; r < rows; r++) {
      let k = at + r
      out[k] = x[r]
      let sine = Math.sin(Math.PI * x[r])
      let cosine = Math.cos(Math.PI * x[r])
      for (let l = 0; l < octaves; l++) {
        out[(k += rows)] = sine
        out[(k += rows)] = cosine
        // The double angle.
        const doubled = 2 * sine * cosine
        cosine = cosine * cosine - sine * sine
        sine = doubled
      }
    }
    at += (1 + 2 * octaves) * rows
  }
}

/** Adds the gradients by the coordinates to `dPoints`, given those by the features and the features themselves. */
export function encodeBack(
  encoded: Float64Array,
  dEncoded: Float64Array,
  octaves: number,
  dPoints: readonly Float64Array[],
  rows: number,
): void {
  let at = 0
  for (const dx of dPoints) {
    for (let r = 0; r < rows; r++) {
      let k = at + r
      let sum = dEncoded[k]
      let frequency = Math.PI
      for (let l = 0; l < octaves; l++) {
        const sine = k + rows
        const cosine = sine + rows
        sum += frequency * (encoded[cosine] * dEncoded[sine] - encoded[sine] * dEncoded[cosine])
        frequency *= 2
        k = cosine
      }
      dx[r] += sum
    }
    at += (1 + 2 * octaves) * rows
  }
}
