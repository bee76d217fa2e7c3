// Squares of all gradients, summed per workgroup in a fixed order; gradients of the time tables, gathered on the way.

@group(0) @binding(0) var<storage, read> sums: array<i32>;
@group(0) @binding(1) var<storage, read_write> results: array<f32>;

var<workgroup> partial: array<vec2<f32>, 256>;

/** Gradient of number n of the time tables. */
fn timeGradient(n: u32) -> f32 {
  var table = 0u;
  while (table + 1u < TIME_TABLES && n >= TIME_START[table + 1u]) {
    table++;
  }
  let node = f32((n - TIME_START[table]) / TIME_CHANNELS);
  let k = table * TIME_CHANNELS + (n - TIME_START[table]) % TIME_CHANNELS;
  var sum = 0.0;
  for (var frame = 0u; frame < FRAMES; frame++) {
    let at = timeNode(frame, table);
    let share = select(select(0.0, at.y, node == at.x + 1.0), 1.0 - at.y, node == at.x);
    if (share != 0.0) {
      sum += share * results[FRAME_TIME_AT + frame * TIME_FEATURES + k];
    }
  }
  return sum;
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
  @builtin(global_invocation_id) id: vec3<u32>,
) {
  const stride = 256u * NORM_GROUPS;
  var square = vec2<f32>(0.0);
  for (var at = id.x; at < PLANE_FLOATS; at += stride) {
    let g = decodeFixed(at);
    square.x += g * g;
  }
  for (var at = DEPTH_FIXED + id.x; at < DEPTH_FIXED + FRAMES * MAP_NODES; at += stride) {
    let g = decodeFixed(at);
    square.y += g * g;
  }
  for (var at = id.x; at < 4u * LAYERS * LAYER_QUADS; at += stride) {
    let g = results[DENSE_AT + at];
    square.x += g * g;
  }
  for (var n = id.x; n < TIME_LENGTH; n += stride) {
    let g = timeGradient(n);
    results[DENSE_AT + 4u * LAYERS * LAYER_QUADS + n] = g;
    square.x += g * g;
  }
  partial[thread] = square;
  for (var half = 128u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      partial[thread] += partial[thread + half];
    }
  }
  if (thread == 0u) {
    results[NORMS_AT + 2u * workgroup.x] = partial[0].x;
    results[NORMS_AT + 2u * workgroup.x + 1u] = partial[0].y;
  }
}
