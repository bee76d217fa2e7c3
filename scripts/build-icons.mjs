// Draws the app's icons from src/renderer/mark.svg into build/: run by hand when the mark changes (node scripts/build-icons.mjs).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { root } from './setup.mjs'

/** Sides of the pictures in the Windows icon. */
const sides = [16, 24, 32, 48, 64, 128, 256]

/** The mark with a margin, as icons have one. */
async function draw(svg, side) {
  const inner = Math.round(side * 0.86)
  const mark = await sharp(svg, { density: 72 * (inner / 16) }).resize(inner, inner).png().toBuffer()
  const margin = side - inner
  const before = Math.floor(margin / 2)
  const clear = { r: 0, g: 0, b: 0, alpha: 0 }
  return sharp(mark).extend({ top: before, left: before, bottom: margin - before, right: margin - before, background: clear }).png({ compressionLevel: 9 }).toBuffer()
}

/** ICO: a header of 6 bytes, an entry of 16 for each picture, then the pictures as PNG. */
function ico(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let at = head.length
  pictures.forEach(({ side, png }, index) => {
    const entry = 6 + 16 * index
    // 0 stands for 256.
    head.writeUInt8(side % 256, entry)
    head.writeUInt8(side % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(png.length, entry + 8)
    head.writeUInt32LE(at, entry + 12)
    at += png.length
  })
  return Buffer.concat([head, ...pictures.map(({ png }) => png)])
}

const svg = readFileSync(join(root, 'src/renderer/mark.svg'))
mkdirSync(join(root, 'build'), { recursive: true })
writeFileSync(join(root, 'build/icon.png'), await draw(svg, 512))
writeFileSync(join(root, 'build/icon.ico'), ico(await Promise.all(sides.map(async side => ({ side, png: await draw(svg, side) })))))
