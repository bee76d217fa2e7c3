// One coupling layer on a tile, backward: the mirror of passForward in field.wgsl. Positions and hidden layers come from the tape;
// features are read again, outputs multiplied again. Gradients replace activations in place.

/** Writes both hidden layers of the tile behind the positions of a pass. */
fn keepHidden(at: u32, thread: u32) {
  for (var item = thread; item < rounds((HIDDEN1 + HIDDEN2) * QUADS); item += THREADS) {
    work[at + item] = rows[(HIDDEN1_ROW + item / QUADS) * ROW + item % QUADS];
  }
}

fn recall(at: u32, row: u32, count: u32, thread: u32) {
  for (var item = thread; item < rounds(count * QUADS); item += THREADS) {
    rows[(row + item / QUADS) * ROW + item % QUADS] = work[at + item];
  }
}

fn rawQuad(n: u32, points: u32) -> vec4<f32> {
  let at = n * POINTS + 4u * points;
  return vec4<f32>(raw[at], raw[at + 1u], raw[at + 2u], raw[at + 3u]);
}

/**
 * work[to + k][quad] += Σ_points rows[a + k]·rows[b + quad + e·quads], e = 0…3: gradients by the weights between two rows of channels. A
 * vector holds channels a quarter of the row apart, so that neighbouring threads read neighbouring rows, which lie in different banks;
 * reduce.wgsl puts them in order.
 */
fn outerRows(a: u32, countQuads: u32, b: u32, quads: u32, to: u32, thread: u32) {
  for (var item = thread; item < rounds(countQuads * quads); item += THREADS) {
    let quad = item % quads;
    let k = 4u * (item / quads);
    var sum = mat4x4<f32>();
    for (var points = 0u; points < rounds(QUADS); points++) {
      let start = (b + quad) * ROW + points;
      let apart = quads * ROW;
      let d = mat4x4<f32>(rows[start], rows[start + apart], rows[start + 2u * apart], rows[start + 3u * apart]);
      let at = (a + k) * ROW + points;
      sum[0] += rows[at] * d;
      sum[1] += rows[at + ROW] * d;
      sum[2] += rows[at + 2u * ROW] * d;
      sum[3] += rows[at + 3u * ROW] * d;
    }
    for (var e = 0u; e < 4u; e++) {
      work[to + (k + e) * quads + quad] += sum[e];
    }
  }
}

/** The same between hidden2 and the raw outputs, in plain order. */
fn outerRaw(to: u32, thread: u32) {
  for (var item = thread; item < rounds(HIDDEN2_QUADS * OUTPUT_QUADS); item += THREADS) {
    let quad = item % OUTPUT_QUADS;
    let k = 4u * (item / OUTPUT_QUADS);
    var sum = mat4x4<f32>();
    for (var points = 0u; points < rounds(QUADS); points++) {
      let d = mat4x4<f32>(
        rawQuad(4u * quad, points), rawQuad(4u * quad + 1u, points), rawQuad(4u * quad + 2u, points), rawQuad(4u * quad + 3u, points),
      );
      let at = (HIDDEN2_ROW + k) * ROW + points;
      sum[0] += rows[at] * d;
      sum[1] += rows[at + ROW] * d;
      sum[2] += rows[at + 2u * ROW] * d;
      sum[3] += rows[at + 3u * ROW] * d;
    }
    for (var e = 0u; e < 4u; e++) {
      work[to + (k + e) * OUTPUT_QUADS + quad] += sum[e];
    }
  }
}

fn sumOfRow(row: u32) -> f32 {
  var sum = vec4<f32>(0.0);
  for (var points = 0u; points < rounds(QUADS); points++) {
    sum += rows[row * ROW + points];
  }
  return dot(sum, vec4<f32>(1.0));
}

/** Σ_n d[n]·w[k + e][n] for four channels from k and a quad of points; d are rows of `quads` quads from `source` on. */
fn multiplyBack(source: u32, quads: u32, w: u32, k: u32, points: u32) -> mat4x4<f32> {
  var sum = mat4x4<f32>();
  for (var quad = 0u; quad < rounds(quads); quad++) {
    let start = (source + 4u * quad) * ROW + points;
    let d = mat4x4<f32>(rows[start], rows[start + ROW], rows[start + 2u * ROW], rows[start + 3u * ROW]);
    sum[0] += d * weights[w + k * quads + quad];
    sum[1] += d * weights[w + (k + 1u) * quads + quad];
    sum[2] += d * weights[w + (k + 2u) * quads + quad];
    sum[3] += d * weights[w + (k + 3u) * quads + quad];
  }
  return sum;
}

/** Gradients by hidden2, in its place. */
fn backToHidden2(w: u32, thread: u32) {
  for (var item = thread; item < rounds(HIDDEN2_QUADS * QUADS); item += THREADS) {
    let k = 4u * (item / QUADS);
    let points = item % QUADS;
    var sum = mat4x4<f32>();
    for (var quad = 0u; quad < rounds(OUTPUT_QUADS); quad++) {
      let d = mat4x4<f32>(
        rawQuad(4u * quad, points), rawQuad(4u * quad + 1u, points), rawQuad(4u * quad + 2u, points), rawQuad(4u * quad + 3u, points),
      );
      for (var e = 0u; e < 4u; e++) {
        sum[e] += d * weights[w + W3_AT + (k + e) * OUTPUT_QUADS + quad];
      }
    }
    for (var e = 0u; e < 4u; e++) {
      let at = (HIDDEN2_ROW + k + e) * ROW + points;
      rows[at] = leakyBackward(sum[e], rows[at]);
    }
  }
}

fn backToHidden1(w: u32, thread: u32) {
  for (var item = thread; item < rounds(HIDDEN1_QUADS * QUADS); item += THREADS) {
    let k = 4u * (item / QUADS);
    let points = item % QUADS;
    let sum = multiplyBack(HIDDEN2_ROW, HIDDEN2_QUADS, w + W2_AT, k, points);
    for (var e = 0u; e < 4u; e++) {
      let at = (HIDDEN1_ROW + k + e) * ROW + points;
      rows[at] = leakyBackward(sum[e], rows[at]);
    }
  }
}

fn backToFeatures(w: u32, thread: u32) {
  for (var item = thread; item < rounds(FEATURE_QUADS * QUADS); item += THREADS) {
    let k = 4u * (item / QUADS);
    let points = item % QUADS;
    let sum = multiplyBack(HIDDEN1_ROW, HIDDEN1_QUADS, w, k, points);
    for (var e = 0u; e < 4u; e++) {
      rows[(k + e) * ROW + points] = sum[e];
    }
  }
}

/** d value / d (u, v) of a plane at a cell, in coordinates of −1…1, for the gradient d by a quad of channels. */
fn planeSlopes(base: u32, plane: u32, cell: u32, d: vec4<f32>) -> vec2<f32> {
  let n = u32(PLANE_SIZE[plane]);
  let at = base + cellNode[cell] * PLANE_QUADS;
  let down = at + n * PLANE_QUADS;
  let s00 = dot(d, weights[at]);
  let s10 = dot(d, weights[at + PLANE_QUADS]);
  let s01 = dot(d, weights[down]);
  let s11 = dot(d, weights[down + PLANE_QUADS]);
  return vec2<f32>(mix(s10 - s00, s11 - s01, cellV[cell]), mix(s01 - s00, s11 - s10, cellU[cell])) * (f32(n - 1u) * 0.5);
}

/** Slopes of all channel quads by the two kept coordinates, into the rows of hidden1, whose gradients nobody needs any more. */
fn slopesOfPlanes(layer: u32, thread: u32) {
  for (var item = thread; item < rounds(FEATURE_QUADS * QUADS); item += THREADS) {
    let quad = item % FEATURE_QUADS;
    let points = item / FEATURE_QUADS;
    let plane = quad / PLANE_QUADS;
    let base = planeBase(layer, quad);
    let row = 4u * quad * ROW + points;
    let d = transpose(mat4x4<f32>(rows[row], rows[row + ROW], rows[row + 2u * ROW], rows[row + 3u * ROW]));
    let cell = plane * POINTS + 4u * points;
    let slopes = transpose(mat4x2<f32>(
      planeSlopes(base, plane, cell, d[0]), planeSlopes(base, plane, cell + 1u, d[1]),
      planeSlopes(base, plane, cell + 2u, d[2]), planeSlopes(base, plane, cell + 3u, d[3]),
    ));
    rows[(HIDDEN1_ROW + quad) * ROW + points] = slopes[0];
    rows[(HIDDEN1_ROW + FEATURE_QUADS + quad) * ROW + points] = slopes[1];
  }
}

/** Adds the gradients by features to the planes: neighbouring threads on neighbouring channels of one node. */
fn scatterPlanes(layer: u32, thread: u32) {
  for (var item = thread; item < rounds(FEATURES * QUADS); item += THREADS) {
    let channel = item % FEATURES;
    let points = item / FEATURES;
    let plane = channel / (4u * PLANE_QUADS);
    let down = 4u * u32(PLANE_SIZE[plane]) * PLANE_QUADS;
    let base = 4u * (layer * PLANE_LAYER + PLANE_START[plane]) + channel % (4u * PLANE_QUADS);
    let d = rows[channel * ROW + points];
    for (var e = 0u; e < rounds(16u); e++) {
      let right = (e & 4u) != 0u;
      let below = (e & 8u) != 0u;
      let cell = plane * POINTS + 4u * points + e % 4u;
      let share = select(1.0 - cellU[cell], cellU[cell], right) * select(1.0 - cellV[cell], cellV[cell], below);
      addFixed(base + 4u * cellNode[cell] * PLANE_QUADS + select(0u, 4u * PLANE_QUADS, right) + select(0u, down, below), d[e % 4u] * share);
    }
  }
}

/** `g` is the gradient by thread p's point after the pass, then that by the point before. Ends without a barrier. */
fn passBackward(layer: u32, frame: u32, inverse: bool, tape: u32, slice: u32, thread: u32, g: ptr<function, vec3<f32>>) {
  let axis = AXES[layer];
  let w = NETWORK_AT + layer * LAYER_QUADS;
  let to = slice + layer * LAYER_QUADS;
  var x = vec3<f32>(0.0);
  var kept = vec2<f32>(0.0);
  if (thread < POINTS) {
    x = work[tape + thread].xyz;
    kept = keptBounded(axis, x);
    locate(thread, kept);
  }
  recall(tape + POINTS + HIDDEN1 * QUADS, HIDDEN2_ROW, HIDDEN2, thread);
  workgroupBarrier();
  outputLayer(layer, thread);
  workgroupBarrier();
  if (thread < POINTS) {
    let c = couple(x[axis], thread, inverse);
    coupleBackward(c, (*g)[axis], thread, inverse);
    (*g)[axis] *= c.slope;
  }
  readPlanes(layer, thread);
  workgroupBarrier();

  outerRaw(to + W3_AT, thread);
  for (var quad = thread; quad < rounds(OUTPUT_QUADS); quad += THREADS) {
    var sum = vec4<f32>(0.0);
    for (var p = 0u; p < rounds(POINTS); p++) {
      let at = 4u * quad * POINTS + p;
      sum += vec4<f32>(raw[at], raw[at + POINTS], raw[at + 2u * POINTS], raw[at + 3u * POINTS]);
    }
    work[to + B3_AT + quad] += sum;
  }
  workgroupBarrier();
  backToHidden2(w, thread);
  recall(tape + POINTS, HIDDEN1_ROW, HIDDEN1, thread);
  workgroupBarrier();

  outerRows(HIDDEN1_ROW, HIDDEN1_QUADS, HIDDEN2_ROW, HIDDEN2_QUADS, to + W2_AT, thread);
  for (var quad = thread; quad < rounds(HIDDEN2_QUADS); quad += THREADS) {
    let row = HIDDEN2_ROW + 4u * quad;
    work[to + B2_AT + quad] += vec4<f32>(sumOfRow(row), sumOfRow(row + 1u), sumOfRow(row + 2u), sumOfRow(row + 3u));
  }
  workgroupBarrier();
  backToHidden1(w, thread);
  workgroupBarrier();

  outerRows(0u, FEATURE_QUADS, HIDDEN1_ROW, HIDDEN1_QUADS, to, thread);
  for (var n = thread; n < rounds(HIDDEN1); n += THREADS) {
    addFixed(FRAME_FIXED + (frame * LAYERS + layer) * HIDDEN1 + n, sumOfRow(HIDDEN1_ROW + n));
  }
  workgroupBarrier();
  backToFeatures(w, thread);
  workgroupBarrier();
  slopesOfPlanes(layer, thread);
  scatterPlanes(layer, thread);
  workgroupBarrier();
  if (thread < POINTS) {
    var sum = vec2<f32>(0.0);
    for (var quad = 0u; quad < rounds(FEATURE_QUADS); quad++) {
      let at = (HIDDEN1_ROW + quad) * ROW + thread / 4u;
      sum += vec2<f32>(rows[at][thread % 4u], rows[at + FEATURE_QUADS * ROW][thread % 4u]);
    }
    sum *= vec2<f32>(1.0) - kept * kept;
    (*g)[select(0u, 1u, axis == 0u)] += sum.x;
    (*g)[select(2u, 1u, axis == 2u)] += sum.y;
  }
}
