// Biases of the first hidden layers, for each frame: b1 plus the frame's time features through the time rows of w1.

@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read_write> frameBias: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let item = id.x;
  if (item >= FRAMES * LAYERS * HIDDEN1) {
    return;
  }
  let n = item % HIDDEN1;
  let layer = (item / HIDDEN1) % LAYERS;
  let frame = item / (HIDDEN1 * LAYERS);
  let w = 4u * (NETWORK_AT + layer * LAYER_QUADS);
  var sum = parameter(w + 4u * B1_AT + n);
  for (var k = 0u; k < TIME_FEATURES; k++) {
    sum += timeFeature(frame, k) * parameter(w + 4u * WT_AT + k * HIDDEN1 + n);
  }
  frameBias[item] = sum;
}
