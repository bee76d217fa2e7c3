// Sums that many workgroups add to, as 64-bit fixed-point numbers of two 32-bit words: any order gives the same bits. The unit, 2⁻⁴⁰,
// is a ten-thousandth of Adam's epsilon, so no rounding here can matter to an update; the range, ±2²³, cannot be left, because
// addends above `limit` are refused (the step is then reported as not finite). Low words first, all high words behind them.

@group(0) @binding(6) var<storage, read_write> sums: array<atomic<i32>>;

/** A number was not finite, or too large for the sums. */
var<private> broken: bool = false;

/** By bits: compilers may take for granted that no number is NaN. */
fn noteBroken(x: f32) {
  if ((bitcast<u32>(x) & 0x7fffffffu) >= 0x7f800000u) {
    broken = true;
  }
}

fn addFixed(at: u32, x: f32) {
  let magnitude = bitcast<u32>(x) & 0x7fffffffu;
  if (magnitude == 0u) {
    return;
  }
  if (magnitude > bitcast<u32>(step.limit)) {
    broken = true;
    return;
  }
  let scaledUp = x * FIXED_SCALE;
  var high = round(scaledUp * (1.0 / 4294967296.0));
  let low = i32(round(scaledUp - high * 4294967296.0));
  if (low != 0) {
    let old = atomicAdd(&sums[at], low);
    let new_ = old + low;
    // Signed overflow of the low word is a carry into the high one, which is rare: most sums are small.
    if (((old ^ new_) & (low ^ new_)) < 0) {
      high += select(1.0, -1.0, old < 0);
    }
  }
  if (high != 0.0) {
    atomicAdd(&sums[at + FIXED_COUNT], i32(high));
  }
}
