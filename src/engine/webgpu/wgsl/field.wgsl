// Φ and Φ⁻¹ on a tile of POINTS points of one frame pair, one workgroup a tile. Activations lie in workgroup memory as rows of
// channels, four points a vec4; a thread computes a block of 4 channels × 4 points. What a point owns (its position) lies in the
// registers of thread p. The definition is engine/reference; capital names are constants that fieldShader.ts writes above this.

/** Planes and network: [layer][plane][node][channel], then [layer] of w1, time rows of w1, b1, w2, b2, w3, b3, all padded to fours. */
@group(0) @binding(1) var<storage, read> weights: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> depth: array<f32>;
/** [frame][layer][hidden1]: b1 and what the frame's time features add to it. */
@group(0) @binding(3) var<storage, read> frameBias: array<vec4<f32>>;

var<workgroup> rows: array<vec4<f32>, ROWS * ROW>;
/** [output][point]: raw outputs, then their sigmoids or their gradients. */
var<workgroup> raw: array<f32, OUTPUTS * POINTS>;
/** [plane][point]: the cell of each plane that holds the point, and where in it. */
var<workgroup> cellNode: array<u32, PLANES * POINTS>;
var<workgroup> cellU: array<f32, PLANES * POINTS>;
var<workgroup> cellV: array<f32, PLANES * POINTS>;

/** A number of rounds. Drivers that compute on the CPU unroll loops of known length until they choke: for them it is hidden. */
fn rounds(n: u32) -> u32 {
  if (SOFTWARE) {
    return n + (arrayLength(&weights) >> 30u);
  }
  return n;
}

/** Not the built-in: its error is the driver's business, and some overflow. */
fn bounded(x: f32) -> f32 {
  let e = exp(-2.0 * abs(x));
  let t = (1.0 - e) / (1.0 + e);
  return select(t, -t, x < 0.0);
}

fn sigmoid(x: f32) -> f32 {
  return 1.0 / (1.0 + exp(-x));
}

fn leaky(v: vec4<f32>) -> vec4<f32> {
  return select(v, LEAKY * v, v < vec4<f32>(0.0));
}

/** The gradient d through the rectifier whose result is v. */
fn leakyBackward(d: vec4<f32>, v: vec4<f32>) -> vec4<f32> {
  return select(d, LEAKY * d, v < vec4<f32>(0.0));
}

fn sign1(v: f32) -> f32 {
  return select(select(0.0, -1.0, v < 0.0), 1.0, v > 0.0);
}

/** tanh of the two coordinates that a layer changing `axis` keeps. */
fn keptBounded(axis: u32, x: vec3<f32>) -> vec2<f32> {
  return vec2<f32>(bounded(select(x.x, x.y, axis == 0u)), bounded(select(x.z, x.y, axis == 2u)));
}

/** Finds the cells of point p in all planes. */
fn locate(p: u32, at: vec2<f32>) {
  for (var plane = 0u; plane < rounds(PLANES); plane++) {
    let n = PLANE_SIZE[plane];
    let half = f32(n - 1) * 0.5;
    let uv = at * half + vec2<f32>(half);
    let i = clamp(i32(floor(uv.x)), 0, n - 2);
    let j = clamp(i32(floor(uv.y)), 0, n - 2);
    let cell = plane * POINTS + p;
    cellNode[cell] = u32(j * n + i);
    cellU[cell] = uv.x - f32(i);
    cellV[cell] = uv.y - f32(j);
  }
}

/** Where channel quad `quad` of node 0 lies in the weights. */
fn planeBase(layer: u32, quad: u32) -> u32 {
  return layer * PLANE_LAYER + PLANE_START[quad / PLANE_QUADS] + quad % PLANE_QUADS;
}

fn feature(base: u32, down: u32, cell: u32) -> vec4<f32> {
  let at = base + cellNode[cell] * PLANE_QUADS;
  let a = cellU[cell];
  let b = cellV[cell];
  let top = weights[at] * (1.0 - a) + weights[at + PLANE_QUADS] * a;
  let bottom = weights[at + down] * (1.0 - a) + weights[at + down + PLANE_QUADS] * a;
  return top * (1.0 - b) + bottom * b;
}

/** Reads the planes of a layer at the cells found. */
fn readPlanes(layer: u32, thread: u32) {
  for (var item = thread; item < rounds(FEATURE_QUADS * QUADS); item += THREADS) {
    let quad = item % FEATURE_QUADS;
    let points = item / FEATURE_QUADS;
    let plane = quad / PLANE_QUADS;
    let base = planeBase(layer, quad);
    let down = u32(PLANE_SIZE[plane]) * PLANE_QUADS;
    let cell = plane * POINTS + 4u * points;
    let columns = transpose(mat4x4<f32>(
      feature(base, down, cell), feature(base, down, cell + 1u), feature(base, down, cell + 2u), feature(base, down, cell + 3u),
    ));
    let row = 4u * quad * ROW + points;
    rows[row] = columns[0];
    rows[row + ROW] = columns[1];
    rows[row + 2u * ROW] = columns[2];
    rows[row + 3u * ROW] = columns[3];
  }
}

/** Σ_k rows[source + k]·w[k][quad] for a quad of channels and of points, from a bias on. */
fn multiply(source: u32, count: u32, w: u32, stride: u32, quad: u32, points: u32, bias: vec4<f32>) -> mat4x4<f32> {
  var sum = mat4x4<f32>(vec4<f32>(bias.x), vec4<f32>(bias.y), vec4<f32>(bias.z), vec4<f32>(bias.w));
  for (var k = 0u; k < rounds(count); k++) {
    let x = rows[(source + k) * ROW + points];
    let v = weights[w + k * stride + quad];
    sum[0] += x * v.x;
    sum[1] += x * v.y;
    sum[2] += x * v.z;
    sum[3] += x * v.w;
  }
  return sum;
}

fn hiddenLayer1(layer: u32, frame: u32, thread: u32) {
  let w = NETWORK_AT + layer * LAYER_QUADS;
  for (var item = thread; item < rounds(HIDDEN1_QUADS * QUADS); item += THREADS) {
    let quad = item / QUADS;
    let points = item % QUADS;
    let sum = multiply(0u, FEATURES, w, HIDDEN1_QUADS, quad, points, frameBias[(frame * LAYERS + layer) * HIDDEN1_QUADS + quad]);
    for (var e = 0u; e < 4u; e++) {
      rows[(HIDDEN1_ROW + 4u * quad + e) * ROW + points] = leaky(sum[e]);
    }
  }
}

fn hiddenLayer2(layer: u32, thread: u32) {
  let w = NETWORK_AT + layer * LAYER_QUADS;
  for (var item = thread; item < rounds(HIDDEN2_QUADS * QUADS); item += THREADS) {
    let quad = item / QUADS;
    let points = item % QUADS;
    let sum = multiply(HIDDEN1_ROW, HIDDEN1, w + W2_AT, HIDDEN2_QUADS, quad, points, weights[w + B2_AT + quad]);
    for (var e = 0u; e < 4u; e++) {
      rows[(HIDDEN2_ROW + 4u * quad + e) * ROW + points] = leaky(sum[e]);
    }
  }
}

fn outputLayer(layer: u32, thread: u32) {
  let w = NETWORK_AT + layer * LAYER_QUADS;
  for (var item = thread; item < rounds(OUTPUT_QUADS * QUADS); item += THREADS) {
    let quad = item / QUADS;
    let points = item % QUADS;
    let sum = multiply(HIDDEN2_ROW, HIDDEN2, w + W3_AT, OUTPUT_QUADS, quad, points, weights[w + B3_AT + quad]);
    for (var e = 0u; e < 4u; e++) {
      let at = (4u * quad + e) * POINTS + 4u * points;
      raw[at] = sum[e].x;
      raw[at + 1u] = sum[e].y;
      raw[at + 2u] = sum[e].z;
      raw[at + 3u] = sum[e].w;
    }
  }
}

/** One coupling layer on the tile; x is the position of thread p's point. Called by all threads; ends without a barrier. */
fn passForward(layer: u32, frame: u32, inverse: bool, thread: u32, x: ptr<function, vec3<f32>>) {
  let axis = AXES[layer];
  if (thread < POINTS) {
    locate(thread, keptBounded(axis, *x));
  }
  workgroupBarrier();
  readPlanes(layer, thread);
  workgroupBarrier();
  hiddenLayer1(layer, frame, thread);
  workgroupBarrier();
  hiddenLayer2(layer, thread);
  workgroupBarrier();
  outputLayer(layer, thread);
  workgroupBarrier();
  if (thread < POINTS) {
    (*x)[axis] = couple((*x)[axis], thread, inverse).value;
  }
}

/** The normalised lift of raster point `at` at depth z. */
fn lift(at: vec2<f32>, z: f32) -> vec3<f32> {
  return (vec3<f32>((at - vec2<f32>(0.5 * WIDTH, 0.5 * HEIGHT)) / FOCAL * z, z) - CENTRE) / RANGE;
}

/** Raster position and depth of a normalised point. */
fn project(n: vec3<f32>) -> vec3<f32> {
  let q = n * RANGE + CENTRE;
  return vec3<f32>(q.xy * (FOCAL / max(q.z, DEPTH_FLOOR)) + vec2<f32>(0.5 * WIDTH, 0.5 * HEIGHT), q.z);
}

/** Where a depth map is read: its first node, shares, and 1 or 0 per axis for inside its outer nodes. */
struct Landing {
  node: u32,
  share: vec2<f32>,
  inside: vec2<f32>,
}

fn locateDepth(at: vec2<f32>) -> Landing {
  let last = vec2<f32>(f32(DEPTH_WIDTH - 1), f32(DEPTH_HEIGHT - 1));
  let uv = (at - vec2<f32>(0.5)) * last / vec2<f32>(WIDTH - 1.0, HEIGHT - 1.0);
  let held = min(max(uv, vec2<f32>(0.0)), last);
  let i = clamp(i32(floor(held.x)), 0, DEPTH_WIDTH - 2);
  let j = clamp(i32(floor(held.y)), 0, DEPTH_HEIGHT - 2);
  let inside = select(vec2<f32>(0.0), vec2<f32>(1.0), (uv > vec2<f32>(0.0)) & (uv < last));
  return Landing(u32(j * DEPTH_WIDTH + i), held - vec2<f32>(f32(i), f32(j)), inside);
}

/** The four nodes of a frame's map at a landing. */
fn depthNodes(frame: u32, at: Landing) -> vec4<f32> {
  let n = frame * MAP_NODES + at.node;
  return vec4<f32>(depth[n], depth[n + 1u], depth[n + u32(DEPTH_WIDTH)], depth[n + u32(DEPTH_WIDTH) + 1u]);
}

fn cellShares(share: vec2<f32>) -> vec4<f32> {
  let rest = vec2<f32>(1.0) - share;
  return vec4<f32>(rest.x * rest.y, share.x * rest.y, rest.x * share.y, share.x * share.y);
}

fn readDepth(frame: u32, at: Landing) -> f32 {
  return dot(depthNodes(frame, at), cellShares(at.share));
}
