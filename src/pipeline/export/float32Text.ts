/** Float32 values as decimal text. */

/** The shortest of 6 to 9 digits that rounds back to the same float32; −0 keeps its sign. NaN and infinities as JavaScript names them. */
export function float32Text(value: number): string {
  if (Object.is(value, -0)) return '-0'
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}
