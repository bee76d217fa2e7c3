// Time features of a frame: linear between the nodes of each table.

/** The network region and, behind it, the time tables: parameters as single numbers. */
fn parameter(at: u32) -> f32 {
  return values[at];
}

/** Time feature n of a frame; zero in the padding. */
fn timeFeature(frame: u32, n: u32) -> f32 {
  if (n >= TIME_TABLES * TIME_CHANNELS) {
    return 0.0;
  }
  let table = n / TIME_CHANNELS;
  let at = timeNode(frame, table);
  let first = TIME_AT + TIME_START[table] + u32(at.x) * TIME_CHANNELS + n % TIME_CHANNELS;
  return parameter(first) * (1.0 - at.y) + parameter(first + TIME_CHANNELS) * at.y;
}
