// Separable symmetric filters of float32 planes. Rows are padded by the host's scratch line; columns clamp at the border.

/**
 * dst = src filtered along x, then y, with weights half[0..radius] (centre first). `rows`: scratch of width·height floats,
 * `line`: scratch of width + 2·radius + 8 floats. Borders are replicated.
 */
export function blur(src: usize, dst: usize, rows: usize, line: usize, width: i32, height: i32, half: usize, radius: i32): void {
  const bytes = (<usize>width) << 2
  for (let y = 0; y < height; y++) {
    const from = src + <usize>y * bytes
    const first = load<f32>(from)
    const last = load<f32>(from + bytes - 4)
    for (let k = 0; k < radius; k++) {
      store<f32>(line + ((<usize>k) << 2), first)
      store<f32>(line + ((<usize>(radius + width + k)) << 2), last)
    }
    memory.copy(line + ((<usize>radius) << 2), from, bytes)
    const to = rows + <usize>y * bytes
    const middle = line + ((<usize>radius) << 2)
    let x = 0
    for (; x + 4 <= width; x += 4) {
      const at = middle + ((<usize>x) << 2)
      let sum = f32x4.mul(v128.load32_splat(half), v128.load(at))
      for (let k = 1; k <= radius; k++) {
        const o = (<usize>k) << 2
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(half + o), f32x4.add(v128.load(at - o), v128.load(at + o))))
      }
      v128.store(to + ((<usize>x) << 2), sum)
    }
    for (; x < width; x++) {
      const at = middle + ((<usize>x) << 2)
      let sum = load<f32>(half) * load<f32>(at)
      for (let k = 1; k <= radius; k++) {
        const o = (<usize>k) << 2
        sum += load<f32>(half + o) * (load<f32>(at - o) + load<f32>(at + o))
      }
      store<f32>(to + ((<usize>x) << 2), sum)
    }
  }
  for (let y = 0; y < height; y++) {
    const to = dst + <usize>y * bytes
    const own = rows + <usize>y * bytes
    let x = 0
    for (; x + 4 <= width; x += 4) {
      const o = (<usize>x) << 2
      let sum = f32x4.mul(v128.load32_splat(half), v128.load(own + o))
      for (let k = 1; k <= radius; k++) {
        const above = rows + <usize>max(0, y - k) * bytes + o
        const below = rows + <usize>min(height - 1, y + k) * bytes + o
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(half + ((<usize>k) << 2)), f32x4.add(v128.load(above), v128.load(below))))
      }
      v128.store(to + o, sum)
    }
    for (; x < width; x++) {
      const o = (<usize>x) << 2
      let sum = load<f32>(half) * load<f32>(own + o)
      for (let k = 1; k <= radius; k++) {
        const above = rows + <usize>max(0, y - k) * bytes + o
        const below = rows + <usize>min(height - 1, y + k) * bytes + o
        sum += load<f32>(half + ((<usize>k) << 2)) * (load<f32>(above) + load<f32>(below))
      }
      store<f32>(to + o, sum)
    }
  }
}
