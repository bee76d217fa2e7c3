// Gradients of the network from the slices of all workgroups, of the rows of w1 that see time and of b1 from the frame biases; and
// gradients by the time features of each frame, for norms.wgsl to gather.

@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> work: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> sums: array<i32>;
@group(0) @binding(3) var<storage, read_write> results: array<f32>;
@group(0) @binding(4) var<uniform> step: Step;

fn frameBiasGradient(frame: u32, layer: u32, n: u32) -> f32 {
  return decodeFixed(FRAME_FIXED + (frame * LAYERS + layer) * HIDDEN1 + n);
}

fn networkGradient(item: u32) -> vec4<f32> {
  let layer = item / LAYER_QUADS;
  let within = item % LAYER_QUADS;
  var sum = vec4<f32>(0.0);
  if (within >= WT_AT && within < W2_AT) {
    let row = (within - WT_AT) / HIDDEN1_QUADS;
    let n = 4u * ((within - WT_AT) % HIDDEN1_QUADS);
    for (var frame = 0u; frame < FRAMES; frame++) {
      var share = 1.0;
      if (row < TIME_FEATURES) {
        share = timeFeature(frame, row);
      }
      sum += share * vec4<f32>(
        frameBiasGradient(frame, layer, n), frameBiasGradient(frame, layer, n + 1u),
        frameBiasGradient(frame, layer, n + 2u), frameBiasGradient(frame, layer, n + 3u),
      );
    }
    return sum;
  }
  for (var group = 0u; group < step.workgroups; group++) {
    sum += work[group * WORK_QUADS + 2u * LAYERS * TAPE_QUADS + item];
  }
  return sum;
}

/** Place of the first of the four gradients of a vector, and how far apart they lie: see outerRows in backward.wgsl. */
fn placeOf(within: u32) -> vec2<u32> {
  if (within < WT_AT) {
    return vec2<u32>(4u * (within - within % HIDDEN1_QUADS) + within % HIDDEN1_QUADS, HIDDEN1_QUADS);
  }
  if (within >= W2_AT && within < B2_AT) {
    let quad = (within - W2_AT) % HIDDEN2_QUADS;
    return vec2<u32>(4u * (within - quad) + quad, HIDDEN2_QUADS);
  }
  return vec2<u32>(4u * within, 1u);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  var item = id.x;
  if (item < LAYERS * LAYER_QUADS) {
    let g = networkGradient(item);
    let place = placeOf(item % LAYER_QUADS);
    for (var e = 0u; e < 4u; e++) {
      results[DENSE_AT + 4u * (item - item % LAYER_QUADS) + place.x + e * place.y] = g[e];
    }
    return;
  }
  item -= LAYERS * LAYER_QUADS;
  if (item >= FRAMES * TIME_FEATURES) {
    return;
  }
  let k = item % TIME_FEATURES;
  let frame = item / TIME_FEATURES;
  var sum = 0.0;
  for (var layer = 0u; layer < LAYERS; layer++) {
    let w = 4u * (NETWORK_AT + layer * LAYER_QUADS + WT_AT) + k * HIDDEN1;
    for (var n = 0u; n < HIDDEN1; n++) {
      sum += frameBiasGradient(frame, layer, n) * parameter(w + n);
    }
  }
  results[FRAME_TIME_AT + item] = sum;
}
