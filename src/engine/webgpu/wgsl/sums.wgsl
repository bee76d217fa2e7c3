// Reading the fixed-point sums of fixedPoint.wgsl, once no workgroup adds to them any more.

fn decodeFixed(at: u32) -> f32 {
  return (f32(sums[at + FIXED_COUNT]) * 4294967296.0 + f32(sums[at])) * (1.0 / FIXED_SCALE);
}
