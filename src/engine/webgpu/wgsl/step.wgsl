// A step's correspondences, fused: lift, Φ, Φ⁻¹, projection, losses, and all of it backward. A workgroup takes tile after tile, in
// a fixed order; network gradients are summed in its own slice of `work`, gradients of planes, depth and frame biases go to the
// shared fixed-point sums of fixedPoint.wgsl. Terms are those of engine/reference/losses.ts.

@group(0) @binding(0) var<uniform> step: Step;
/** Tiles [tile] of i, j, first point, number; from pointsAt on, of all points: sources, targets, weights, kinds. */
@group(0) @binding(4) var<storage, read> batch: array<u32>;
@group(0) @binding(5) var<storage, read> priorDepth: array<f32>;
/** Per workgroup: a tape of positions and hidden layers for each pass; a slice laid out as the network. */
@group(0) @binding(7) var<storage, read_write> work: array<vec4<f32>>;
/** Header, sums per workgroup, …, residuals: see fieldBuffers.ts. */
@group(0) @binding(8) var<storage, read_write> results: array<f32>;

var<workgroup> anyBroken: atomic<u32>;

/** Losses of thread p's points: pixel, longTerm, correction, depth; prior, priorGradient, occlusion, flowGradient. */
var<private> lossesA: vec4<f32>;
var<private> lossesB: vec4<f32>;

fn batchFloat(at: u32) -> f32 {
  return bitcast<f32>(batch[step.pointsAt + at]);
}

fn sourceOf(n: u32) -> vec2<f32> {
  return vec2<f32>(batchFloat(2u * n), batchFloat(2u * n + 1u));
}

fn targetOf(n: u32) -> vec2<f32> {
  return vec2<f32>(batchFloat(2u * (step.points + n)), batchFloat(2u * (step.points + n) + 1u));
}

/** Weight over the number of points. */
fn shareOf(n: u32) -> f32 {
  return batchFloat(4u * step.points + n) * step.share;
}

fn kindOf(n: u32) -> u32 {
  return batch[step.pointsAt + 5u * step.points + n];
}

fn scatterDepth(frame: u32, at: Landing, g: vec4<f32>) {
  for (var e = 0u; e < rounds(4u); e++) {
    addFixed(DEPTH_FIXED + frame * MAP_NODES + at.node + select(0u, u32(DEPTH_WIDTH), e > 1u) + e % 2u, g[e]);
  }
}

fn priorNodes(frame: u32, at: Landing) -> vec4<f32> {
  let n = frame * MAP_NODES + at.node;
  return vec4<f32>(priorDepth[n], priorDepth[n + 1u], priorDepth[n + u32(DEPTH_WIDTH)], priorDepth[n + u32(DEPTH_WIDTH) + 1u]);
}

/** weight·|∇(D − D⁰)|₁ per node at a landing; its gradient is scattered. */
fn priorSlopes(frame: u32, at: Landing, weight: f32) -> f32 {
  let e = depthNodes(frame, at) - priorNodes(frame, at);
  let s = at.share;
  let r = vec2<f32>(1.0) - s;
  let x = (e.y - e.x) * r.y + (e.w - e.z) * s.y;
  let y = (e.z - e.x) * r.x + (e.w - e.y) * s.x;
  let sx = weight * sign1(x);
  let sy = weight * sign1(y);
  scatterDepth(frame, at, vec4<f32>(-sx * r.y - sy * r.x, sx * r.y - sy * s.x, -sx * s.y + sy * r.x, sx * s.y + sy * s.x));
  return weight * (abs(x) + abs(y));
}

/** All terms of point n of the batch but couples; returns the gradient by its projection q. */
fn pointLoss(n: u32, i: u32, j: u32, q: vec3<f32>, inside: bool) -> vec3<f32> {
  let sourceAt = sourceOf(n);
  let targetAt = targetOf(n);
  let share = shareOf(n);
  let kind = kindOf(n);
  let flow = kind == FLOW;
  let longTerm = kind == LONG_TERM;
  let correction = kind == CORRECTION;
  let surface = flow || longTerm || correction;
  let factor = select(select(1.0, step.correction, correction), step.longTerm, longTerm);
  var g = vec3<f32>(0.0);
  noteBroken(share);
  noteBroken(sourceAt.x);
  noteBroken(sourceAt.y);
  if (kind != OCCLUDED) {
    noteBroken(targetAt.x);
    noteBroken(targetAt.y);
    let off = q.xy - targetAt;
    let residual = abs(off.x) + abs(off.y);
    results[RESIDUALS_AT + n] = residual;
    if (!flow || inside) {
      let w = share * factor * step.pixel;
      let value = w * residual;
      lossesA += vec4<f32>(select(value, 0.0, longTerm || correction), select(0.0, value, longTerm), select(0.0, value, correction), 0.0);
      g += vec3<f32>(w * sign1(off.x), w * sign1(off.y), 0.0);
    }
  }
  if (surface) {
    let at = locateDepth(targetAt);
    let shares = cellShares(at.share);
    let w = share * factor * step.depth;
    let off = q.z - dot(depthNodes(j, at), shares);
    lossesA.w += w * abs(off);
    g.z += w * sign1(off);
    scatterDepth(j, at, shares * (-w * sign1(off)));
    if (!correction) {
      let wp = share * select(step.priorLongTerm, step.prior, flow);
      let offPrior = q.z - dot(priorNodes(j, at), shares);
      lossesB.x += wp * abs(offPrior);
      g.z += wp * sign1(offPrior);
      let ws = share * select(step.priorGradientLongTerm, step.priorGradient, flow);
      if (ws != 0.0) {
        for (var end = 0u; end < rounds(2u); end++) {
          let there = end == 0u;
          lossesB.y += priorSlopes(select(i, j, there), locateDepth(select(sourceAt, targetAt, there)), ws);
        }
      }
    }
  }
  if (!surface && inside) {
    let at = locateDepth(q.xy);
    let nodes = depthNodes(j, at);
    let margin = 1.0 + step.occlusionMargin;
    let off = margin * dot(nodes, cellShares(at.share)) - q.z;
    if (off > 0.0) {
      let w = share * step.occlusion;
      lossesB.z += w * off;
      let slopeX = mix(nodes.y - nodes.x, nodes.w - nodes.z, at.share.y);
      let slopeY = mix(nodes.z - nodes.x, nodes.w - nodes.y, at.share.x);
      let perPixel = vec2<f32>(f32(DEPTH_WIDTH - 1) / (WIDTH - 1.0), f32(DEPTH_HEIGHT - 1) / (HEIGHT - 1.0));
      g += vec3<f32>(w * margin * at.inside * perPixel * vec2<f32>(slopeX, slopeY), -w);
      scatterDepth(j, at, cellShares(at.share) * (w * margin));
    }
  }
  return g;
}

/** The gradient by a normalised point, given that by its projection q. */
fn projectBackward(q: vec3<f32>, g: vec3<f32>) -> vec3<f32> {
  let divisor = max(q.z, DEPTH_FLOOR);
  let through = select(0.0, -dot(g.xy, q.xy - vec2<f32>(0.5 * WIDTH, 0.5 * HEIGHT)) / divisor, q.z > DEPTH_FLOOR);
  return vec3<f32>(g.xy * (FOCAL / divisor), g.z + through) * RANGE;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  if (thread == 0u) {
    atomicStore(&anyBroken, 0u);
  }
  let tape = workgroup.x * WORK_QUADS;
  let slice = tape + 2u * LAYERS * TAPE_QUADS;
  for (var at = thread; at < rounds(LAYERS * LAYER_QUADS); at += THREADS) {
    work[slice + at] = vec4<f32>(0.0);
  }
  for (var tile = workgroup.x; tile < rounds(step.tiles); tile += step.workgroups) {
    // The tape of the tile before has been read; the slice is cleared.
    storageBarrier();
    let i = batch[4u * tile];
    let j = batch[4u * tile + 1u];
    let first = batch[4u * tile + 2u];
    let count = batch[4u * tile + 3u];
    let mine = thread < count;
    let n = first + min(thread, count - 1u);
    let sourceAt = sourceOf(n);
    var x = vec3<f32>(0.0);
    if (thread < POINTS) {
      x = lift(sourceAt, readDepth(i, locateDepth(sourceAt)));
    }
    for (var layerPass = 0u; layerPass < rounds(2u * LAYERS); layerPass++) {
      let inverse = layerPass >= LAYERS;
      let keep = tape + layerPass * TAPE_QUADS;
      if (thread < POINTS) {
        work[keep + thread] = vec4<f32>(x, 0.0);
      }
      passForward(select(layerPass, 2u * LAYERS - 1u - layerPass, inverse), select(i, j, inverse), inverse, thread, &x);
      keepHidden(keep + POINTS, thread);
    }

    // Terms, and those of couples by way of workgroup memory.
    let q = project(x);
    let inside = q.x >= 0.0 && q.x <= WIDTH && q.y >= 0.0 && q.y <= HEIGHT;
    var g = vec3<f32>(0.0);
    workgroupBarrier();
    if (mine) {
      g = pointLoss(n, i, j, q, inside);
    }
    if (step.couples != 0u) {
      let share = shareOf(n);
      let counts = mine && inside && kindOf(n) == FLOW;
      let off = q.xy - targetOf(n);
      if (thread < POINTS) {
        raw[thread] = off.x;
        raw[POINTS + thread] = off.y;
        raw[2u * POINTS + thread] = share;
        raw[3u * POINTS + thread] = select(0.0, 1.0, counts);
      }
      workgroupBarrier();
      if (counts) {
        let other = thread ^ 1u;
        if (raw[3u * POINTS + other] != 0.0) {
          let w = 0.5 * (share + raw[2u * POINTS + other]) * step.flowGradient;
          let d = off - vec2<f32>(raw[other], raw[POINTS + other]);
          g += w * vec3<f32>(sign1(d.x), sign1(d.y), 0.0);
          lossesB.w += 0.5 * w * (abs(d.x) + abs(d.y));
        }
      }
      workgroupBarrier();
    }
    g = select(vec3<f32>(0.0), projectBackward(q, g), mine);
    storageBarrier();

    for (var layerPass = 2u * LAYERS; layerPass > 0u; layerPass--) {
      let inverse = layerPass > LAYERS;
      let layer = select(layerPass - 1u, 2u * LAYERS - layerPass, inverse);
      passBackward(layer, select(i, j, inverse), inverse, tape + (layerPass - 1u) * TAPE_QUADS, slice, thread, &g);
    }
    if (mine) {
      let at = (sourceAt - vec2<f32>(0.5 * WIDTH, 0.5 * HEIGHT)) / FOCAL;
      let byDepth = dot(g / RANGE, vec3<f32>(at, 1.0));
      let landing = locateDepth(sourceAt);
      scatterDepth(i, landing, cellShares(landing.share) * byDepth);
    }
  }

  workgroupBarrier();
  if (thread < POINTS) {
    rows[thread] = lossesA;
    rows[POINTS + thread] = lossesB;
  }
  if (broken) {
    atomicOr(&anyBroken, 1u);
  }
  workgroupBarrier();
  if (thread < 2u) {
    var sum = vec4<f32>(0.0);
    for (var p = 0u; p < rounds(POINTS); p++) {
      sum += rows[thread * POINTS + p];
    }
    let at = SUMS_AT + workgroup.x * SUMS_STRIDE + 4u * thread;
    results[at] = sum.x;
    results[at + 1u] = sum.y;
    results[at + 2u] = sum.z;
    results[at + 3u] = sum.w;
  } else if (thread == 2u) {
    results[SUMS_AT + workgroup.x * SUMS_STRIDE + 8u] = f32(atomicLoad(&anyBroken));
  }
}
