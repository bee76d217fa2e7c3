// Adam on all groups, by the rules of optim/adam.ts, where the step is finite and `apply` asks for it. Always leaves the fixed-point
// sums cleared. Values outside the reach of a step are not written.

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read_write> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> moments: array<vec2<f32>>;
@group(0) @binding(3) var<storage, read_write> depth: array<f32>;
@group(0) @binding(4) var<storage, read_write> depthMoments: array<vec2<f32>>;
@group(0) @binding(5) var<storage, read_write> sums: array<i32>;
@group(0) @binding(6) var<storage, read> results: array<f32>;

/** First and second moment after a gradient. */
fn newMoments(g: f32, m: vec2<f32>) -> vec2<f32> {
  let next = vec2<f32>(BETA1 * m.x + (1.0 - BETA1) * g, BETA2 * m.y + (1.0 - BETA2) * g * g);
  return vec2<f32>(select(next.x, 0.0, abs(next.x) < FLUSH), next.y);
}

fn change(rate: f32, g: f32, m: vec2<f32>) -> f32 {
  let first = BETA1 * m.x + (1.0 - BETA1) * g;
  let second = BETA2 * m.y + (1.0 - BETA2) * g * g;
  return rate * first * step.correct1 / (sqrt(second * step.correct2) + EPSILON);
}

fn updateValue(at: u32, gradient: f32, apply: bool) {
  let g = gradient * results[11];
  let m = moments[at];
  if (apply && (g != 0.0 || m.x != 0.0)) {
    values[at] -= change(step.rateNetwork, g, m);
    moments[at] = newMoments(g, m);
  }
}

fn takeFixed(at: u32) -> f32 {
  let g = decodeFixed(at);
  if (sums[at] != 0) {
    sums[at] = 0;
  }
  if (sums[at + FIXED_COUNT] != 0) {
    sums[at + FIXED_COUNT] = 0;
  }
  return g;
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let stride = 256u * groups.x;
  let apply = step.apply != 0u && results[13] != 0.0;
  for (var at = id.x; at < PLANE_FLOATS; at += stride) {
    updateValue(at, takeFixed(at), apply);
  }
  for (var at = id.x; at < FRAMES * MAP_NODES; at += stride) {
    let g = takeFixed(DEPTH_FIXED + at) * results[12];
    let m = depthMoments[at];
    if (apply && (g != 0.0 || m.x != 0.0)) {
      depth[at] = max(depth[at] - change(step.rateDepth, g, m), DEPTH_FLOOR);
      depthMoments[at] = newMoments(g, m);
    }
  }
  for (var at = id.x; at < 4u * LAYERS * LAYER_QUADS + TIME_LENGTH; at += stride) {
    updateValue(PLANE_FLOATS + at, results[DENSE_AT + at], apply);
  }
  for (var at = id.x; at < FRAMES * LAYERS * HIDDEN1; at += stride) {
    _ = takeFixed(FRAME_FIXED + at);
  }
}
