// Readout: a workgroup lifts a tile of queries of one frame, maps them to canonical space, and from there to its share of the targets.

/** Tiles [tile] of frame, first query, number; target frames; per query x, y, depth (used where DEPTHS of `request` is not 0). */
@group(0) @binding(4) var<storage, read> queries: array<u32>;
/** [query][target] of x, y, ẑ, surface. */
@group(0) @binding(5) var<storage, read_write> tracks: array<vec4<f32>>;
/** Number of targets, where they and the queries start, whether depths are given. */
@group(0) @binding(0) var<uniform> request: vec4<u32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let frame = queries[3u * workgroup.x];
  let first = queries[3u * workgroup.x + 1u];
  let count = queries[3u * workgroup.x + 2u];
  let n = first + min(thread, count - 1u);
  let start = request.z + 3u * n;
  let at = vec2<f32>(bitcast<f32>(queries[start]), bitcast<f32>(queries[start + 1u]));
  var canonical = vec3<f32>(0.0);
  if (thread < POINTS) {
    var z = bitcast<f32>(queries[start + 2u]);
    if (request.w == 0u) {
      z = readDepth(frame, locateDepth(at));
    }
    canonical = lift(at, z);
  }
  // Φ, then Φ⁻¹ for target after target, in one loop: the code of a layer stands here once.
  var x = canonical;
  let firstTarget = workgroup.y * READ_TARGETS;
  let turns = (1u + min(READ_TARGETS, request.x - firstTarget)) * LAYERS;
  for (var turn = 0u; turn < turns; turn++) {
    let inverse = turn >= LAYERS;
    let targetAt = firstTarget + turn / LAYERS - select(0u, 1u, inverse);
    let within = turn % LAYERS;
    if (inverse && within == 0u) {
      x = canonical;
    }
    passForward(select(within, LAYERS - 1u - within, inverse), select(frame, queries[request.y + targetAt], inverse), inverse, thread, &x);
    if (!inverse) {
      canonical = x;
    } else if (within == LAYERS - 1u && thread < count) {
      let q = project(x);
      tracks[n * request.x + targetAt] = vec4<f32>(q, readDepth(queries[request.y + targetAt], locateDepth(q.xy)));
    }
  }
}
