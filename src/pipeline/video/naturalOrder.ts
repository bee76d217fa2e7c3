/** The order in which people number files: `f2` before `f10`. Not here: which files belong to a clip. */

/** Compares two names by alternating runs of text and digits; names of equal numbers are ordered by their letters. */
export function compareNatural(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? []
  const right = b.match(/\d+|\D+/g) ?? []
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i]
    const y = right[i]
    if (x === y) continue
    const digits = /^\d/.test(x) && /^\d/.test(y)
    const order = digits ? compareDigits(x, y) : x < y ? -1 : 1
    if (order !== 0) return order
  }
  // Ties such as `f01` and `f1` still need one fixed order.
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** Runs of digits of any length, so that time stamps in names do not lose precision. */
function compareDigits(a: string, b: string): number {
  const x = a.replace(/^0+(?=\d)/, '')
  const y = b.replace(/^0+(?=\d)/, '')
  return x.length - y.length || (x < y ? -1 : x > y ? 1 : 0)
}
