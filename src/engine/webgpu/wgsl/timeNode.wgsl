// Where frames read the time tables, by whole numbers, so that the share is exact. What depends on frames alone is gathered, not
// scattered, in all kernels: every sum runs in the order of frames, and gives the same bits each time.

/** First node of table `table` for a frame, and the share of the next. */
fn timeNode(frame: u32, table: u32) -> vec2<f32> {
  let nodes = TIME_NODES[table];
  let along = frame * (nodes - 1u);
  let node = min(along / (FRAMES - 1u), nodes - 2u);
  return vec2<f32>(f32(node), f32(along - node * (FRAMES - 1u)) / f32(FRAMES - 1u));
}
