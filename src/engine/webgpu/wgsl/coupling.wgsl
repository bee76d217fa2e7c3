// The function of a coupling layer on one point, its inverse, and the gradients of both. Raw outputs lie in workgroup memory as
// [output][point]; a thread touches the column of its own point only. Definition: engine/reference/coupling.ts, affineCoupling.ts.

struct Coupled {
  value: f32,
  slope: f32,
  /** Share of the way through the segment; beyond the outer points, distance over run. */
  t: f32,
  /** Number of control points at or below the coordinate. */
  k: u32,
}

/** Width or slope n of point p, from sigmoids. */
fn scaled(n: u32, p: u32, scale: f32) -> f32 {
  return raw[n * POINTS + p] * (scale * (1.0 - 2.0 * MARGIN)) + scale * MARGIN;
}

/** Distance between control points n and n + 1 of the axis whose widths start at output `start`. */
fn gap(start: u32, n: u32, p: u32) -> f32 {
  const scale = 4.0 / f32(CONTROLS);
  let right = scaled(start + n + 1u, p, scale);
  if (n + 1u > HALF) {
    return right;
  }
  let left = scaled(start + n, p, scale);
  return select(left + right, left, n + 1u < HALF);
}

/** Passes coordinate x of point p through the function; raw outputs become sigmoids. */
fn couplePieces(x: f32, p: u32, inverse: bool) -> Coupled {
  for (var n = 0u; n < rounds(2u * CONTROLS + 2u); n++) {
    raw[n * POINTS + p] = sigmoid(raw[n * POINTS + p]);
  }
  let fromStart = select(0u, CONTROLS, inverse);
  let toStart = CONTROLS - fromStart;
  let left = scaled(2u * CONTROLS, p, 2.0);
  let right = scaled(2u * CONTROLS + 1u, p, 2.0);
  var a = 0.0;
  var b = 0.0;
  for (var n = 0u; n < rounds(HALF); n++) {
    a -= scaled(fromStart + n, p, 4.0 / f32(CONTROLS));
    b -= scaled(toStart + n, p, 4.0 / f32(CONTROLS));
  }
  var lowA = a;
  var lowB = b;
  var run = select(1.0, left, inverse);
  var rise = select(left, 1.0, inverse);
  var k = 0u;
  for (var n = 0u; n < rounds(CONTROLS); n++) {
    var nextA = select(1.0, right, inverse);
    var nextB = select(right, 1.0, inverse);
    if (n + 1u < CONTROLS) {
      nextA = gap(fromStart, n, p);
      nextB = gap(toStart, n, p);
    }
    if (x >= a) {
      lowA = a;
      lowB = b;
      run = nextA;
      rise = nextB;
      k = n + 1u;
    }
    a += nextA;
    b += nextB;
  }
  let t = (x - lowA) / run;
  return Coupled(t * rise + lowB, rise / run, t, k);
}

fn bySigmoid(n: u32, p: u32, g: f32) {
  let s = raw[n * POINTS + p];
  raw[n * POINTS + p] = g * s * (1.0 - s);
}

/** After couplePieces: sigmoids become gradients by raw outputs, given that by the value. */
fn couplePiecesBackward(c: Coupled, g: f32, p: u32, inverse: bool) {
  const scale = 4.0 / f32(CONTROLS) * (1.0 - 2.0 * MARGIN);
  let byFrom = -g * c.slope * scale;
  let byTo = g * scale;
  for (var n = 0u; n < rounds(CONTROLS); n++) {
    var share: f32;
    if (n < HALF) {
      share = -select(select(0.0, 1.0 - c.t, c.k == n + 1u), 1.0, c.k <= n);
    } else {
      share = select(select(0.0, c.t, c.k == n), 1.0, c.k > n);
    }
    bySigmoid(n, p, share * select(byFrom, byTo, inverse));
    bySigmoid(CONTROLS + n, p, share * select(byTo, byFrom, inverse));
  }
  let bySlope = g * select(c.t, -c.slope * c.t, inverse) * (2.0 * (1.0 - 2.0 * MARGIN));
  bySigmoid(2u * CONTROLS, p, select(0.0, bySlope, c.k == 0u));
  bySigmoid(2u * CONTROLS + 1u, p, select(0.0, bySlope, c.k == CONTROLS));
}

/** x·exp(s) + t and back; the first raw output becomes tanh(raw / bound). */
fn coupleAffine(x: f32, p: u32, inverse: bool) -> Coupled {
  let scale = bounded(raw[p] / AFFINE_BOUND);
  let shift = raw[POINTS + p];
  raw[p] = scale;
  if (inverse) {
    let slope = exp(-AFFINE_BOUND * scale);
    return Coupled((x - shift) * slope, slope, 0.0, 0u);
  }
  let slope = exp(AFFINE_BOUND * scale);
  return Coupled(x * slope + shift, slope, x, 0u);
}

fn coupleAffineBackward(c: Coupled, g: f32, p: u32, inverse: bool) {
  let byRaw = 1.0 - raw[p] * raw[p];
  raw[p] = g * byRaw * select(c.t * c.slope, -c.value, inverse);
  raw[POINTS + p] = g * select(1.0, -c.slope, inverse);
}

fn couple(x: f32, p: u32, inverse: bool) -> Coupled {
  if (AFFINE) {
    return coupleAffine(x, p, inverse);
  }
  return couplePieces(x, p, inverse);
}

/** Leaves gradients by the raw outputs in their place, zero in the padding. */
fn coupleBackward(c: Coupled, g: f32, p: u32, inverse: bool) {
  if (AFFINE) {
    coupleAffineBackward(c, g, p, inverse);
  } else {
    couplePiecesBackward(c, g, p, inverse);
  }
  for (var n = USED_OUTPUTS; n < rounds(OUTPUTS); n++) {
    raw[n * POINTS + p] = 0.0;
  }
}
