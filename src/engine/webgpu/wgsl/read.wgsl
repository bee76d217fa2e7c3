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
  for (var layer = 0u; layer < LAYERS; layer++) {
    passForward(layer, frame, false, thread, &canonical);
  }
  let last = min((workgroup.y + 1u) * READ_TARGETS, request.x);
  for (var target_ = workgroup.y * READ_TARGETS; target_ < last; target_++) {
    let to = queries[request.y + target_];
    var x = canonical;
    for (var layerPass = 0u; layerPass < LAYERS; layerPass++) {
      passForward(LAYERS - 1u - layerPass, to, true, thread, &x);
    }
    if (thread < count) {
      let q = project(x);
      tracks[n * request.x + target_] = vec4<f32>(q, readDepth(to, locateDepth(q.xy)));
    }
  }
}
