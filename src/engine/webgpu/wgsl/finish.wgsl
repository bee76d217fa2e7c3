// The header of a step: losses, norms, whether all is finite, and by what the gradients are scaled.

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read_write> results: array<f32>;

var<workgroup> partial: array<f32, 256>;

fn total(thread: u32, mine: f32) -> f32 {
  partial[thread] = mine;
  for (var half = 128u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      partial[thread] += partial[thread + half];
    }
  }
  let sum = workgroupUniformLoad(&partial[0]);
  workgroupBarrier();
  return sum;
}

fn isFinite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u;
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32) {
  var ok = true;
  for (var term = 0u; term < 9u; term++) {
    var mine = 0.0;
    for (var group = thread; group < step.workgroups; group += 256u) {
      mine += results[SUMS_AT + group * SUMS_STRIDE + term];
    }
    let sum = total(thread, mine);
    if (thread == 0u) {
      results[term] = sum;
    }
    // The ninth counts workgroups that met a number that they could not add.
    ok = ok && isFinite(sum) && (term < 8u || sum == 0.0);
  }
  var squares = vec2<f32>(0.0);
  for (var group = thread; group < NORM_GROUPS; group += 256u) {
    squares += vec2<f32>(results[NORMS_AT + 2u * group], results[NORMS_AT + 2u * group + 1u]);
  }
  let network = total(thread, squares.x);
  let depth = total(thread, squares.y);
  ok = ok && isFinite(network) && isFinite(depth);
  if (thread == 0u) {
    let norms = sqrt(vec2<f32>(network, depth));
    results[9] = norms.x;
    results[10] = norms.y;
    results[11] = select(1.0, step.clipNetwork / norms.x, norms.x > step.clipNetwork);
    results[12] = select(1.0, step.clipDepth / norms.y, norms.y > step.clipDepth);
    results[13] = select(0.0, 1.0, ok);
  }
}
