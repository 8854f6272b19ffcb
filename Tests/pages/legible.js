// Whether what a page shows can be read: {texts, faults}, how many pieces of text are visible, and what is wrong.
//
// Arguments: how wide the screen is, in CSS pixels, and the colour scheme, light or dark.
"use strict"
const [width, scheme] = arguments
const faults = new Set()

const describe = element => {
  const classes = [...element.classList].map(name => "." + name).join("")
  const text = element.textContent.trim().replace(/\s+/g, " ")
  return `<${element.localName}${classes}> “${text.length > 50 ? text.slice(0, 50) + "…" : text}”`
}
const fault = (element, what) => faults.add(`${describe(element)} ${what}`)
const ancestors = element => {
  const all = []
  for (let one = element; one; one = one.parentElement) all.push(one)
  return all
}

// Colours, as [red, green, blue, alpha], the first three from 0 to 255 and the last from 0 to 1.
const colour = text => {
  const numbers = (text.match(/[\d.]+(e-?\d+)?/g) || []).map(Number)
  if (/^rgba?\(/.test(text)) return [...numbers.slice(0, 3), numbers[3] ?? 1]
  if (/^color\(srgb /.test(text)) return [...numbers.slice(0, 3).map(n => n * 255), numbers[3] ?? 1]
  throw new Error(`the colour ${text} is not understood`)
}
const faded = (paint, opacity) => [...paint.slice(0, 3), paint[3] * opacity]
const over = (above, below) => [0, 1, 2].map(n => above[n] * above[3] + below[n] * (1 - above[3])).concat(1)
const luminance = paint => {
  const [red, green, blue] = paint.map(n => n / 255).map(n => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
// Of WCAG 2.2, from 1 to 21.
const contrast = (one, other) => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const canvas = scheme === "dark" ? [18, 18, 18, 1] : [255, 255, 255, 1]
const background = element => ancestors(element).reverse()
  .reduce((below, one) => over(colour(getComputedStyle(one).backgroundColor), below), canvas)

// What is drawn beneath a text of a picture: its halo if it has one, or else the rectangles there.
const ground = text => {
  const picture = text.ownerSVGElement
  if (!picture) return background(text)
  const style = getComputedStyle(text)
  if (style.stroke !== "none" && style.paintOrder.startsWith("stroke") && parseFloat(style.strokeWidth) >= 3) {
    return over(colour(style.stroke), background(picture.parentElement ?? picture))
  }
  const box = text.getBoundingClientRect(), x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2
  return [...picture.querySelectorAll("rect")].filter(one => {
    const area = one.getBoundingClientRect()
    const isThere = area.left <= x && x <= area.right && area.top <= y && y <= area.bottom
    return isThere && one.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING
  }).reduce((below, one) => {
    const { fill, fillOpacity, opacity } = getComputedStyle(one)
    return fill === "none" ? below : over(faded(colour(fill), fillOpacity * opacity), below)
  }, background(picture.parentElement ?? picture))
}

const visibility = { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }
const isShown = element => element.checkVisibility(visibility)
  // What only screen readers have.
  && !ancestors(element).some(one => getComputedStyle(one).clipPath !== "none" && one.clientWidth <= 1)
// Shortened where the reader sees it, and can have the rest by pointing at it.
const isShortened = element =>
  getComputedStyle(element).textOverflow === "ellipsis" && element.title === element.textContent
const canScroll = element => /auto|scroll/.test(getComputedStyle(element).overflowX)

const texts = []
const walker = document.createTreeWalker(document.body ?? document.documentElement, NodeFilter.SHOW_TEXT)
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement
  if (!walker.currentNode.data.trim() || element.closest("script, style, title, desc") || !isShown(element)) continue
  const range = new Range()
  range.selectNodeContents(walker.currentNode)
  const area = element.getBoundingClientRect()
  const boxes = [...range.getClientRects()]
    .map(box => {
      const right = isShortened(element) ? Math.min(box.right, area.right) : box.right
      return new DOMRect(box.x, box.y, right - box.x, box.height)
    })
    .filter(box => box.width > 0.5 && box.height > 0.5)
  if (boxes.length) texts.push({ element, boxes })
}

// Nothing goes beyond the screen. On a phone a page that does makes the screen "wider", so innerWidth would not tell.
if (document.documentElement.scrollWidth > width) {
  faults.add(`the page is ${document.documentElement.scrollWidth} pixels wide and has to be scrolled sideways`)
}
for (const element of document.querySelectorAll("body *")) {
  if (element.ownerSVGElement || !element.clientWidth || !isShown(element)) continue
  if (canScroll(element) || isShortened(element)) continue
  if (element.scrollWidth > element.clientWidth + 1) {
    fault(element, `is ${element.clientWidth} pixels wide, and what is in it ${element.scrollWidth}`)
  }
}

// No text is cut off.
for (const { element, boxes } of texts) {
  const above = ancestors(element)
  const end = above.findIndex(one => canScroll(one) || isShortened(one))
  const around = end < 0 ? above : above.slice(0, end)
  for (const box of boxes) {
    const isBeyond = box.left + scrollX < -0.5 || box.right + scrollX > width + 0.5
    if (end < 0 && isBeyond) fault(element, "goes beyond the screen")
    for (const one of around) {
      const style = getComputedStyle(one), area = one.getBoundingClientRect()
      if (one === document.documentElement || one === document.body) continue
      const isAside = box.left < area.left - 1 || box.right > area.right + 1
      // The line of a letter is higher than the letter.
      const isAbove = box.top < area.top - 4 || box.bottom > area.bottom + 4
      if (style.overflowX !== "visible" && isAside || style.overflowY !== "visible" && isAbove) {
        fault(element, `is cut off by <${one.localName}>`)
      }
    }
  }
}

// No text is over another.
const pieces = texts.flatMap(({ element, boxes }) => boxes.map(box => ({ element, box })))
  .sort((one, other) => one.box.top - other.box.top)
pieces.forEach(({ element, box }, place) => {
  for (const other of pieces.slice(place + 1)) {
    if (other.box.top > box.bottom) break
    const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left)
    const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top)
    if (other.element !== element && wide > 2 && high > 4) fault(element, `is over ${describe(other.element)}`)
  }
})

// All text stands out from what it is on, and so do the parts of bars and the marks of legends.
for (const { element } of texts) {
  const style = getComputedStyle(element), below = ground(element)
  const opacity = ancestors(element).reduce((all, one) => all * getComputedStyle(one).opacity, 1)
  const paint = over(faded(colour(element.ownerSVGElement ? style.fill : style.color), opacity), below)
  const seen = contrast(paint, below)
  if (seen < 4.5) fault(element, `has a contrast of ${seen.toFixed(2)}, less than 4.5`)
}
for (const element of document.querySelectorAll(".bar i, .legend b")) {
  const paint = colour(getComputedStyle(element).backgroundColor), below = background(element.parentElement)
  const seen = contrast(paint, below)
  if (element.clientWidth && seen < 3) {
    const words = element.parentElement.textContent
    fault(element, `beside “${words}” has a contrast of ${seen.toFixed(2)}, less than 3`)
  }
}

// Light is light, and dark is dark.
const light = luminance(background(document.body ?? document.documentElement))
if (scheme === "dark" ? light > 0.03 : light < 0.8) {
  faults.add(`the ground has a luminance of ${light.toFixed(3)}, which is not ${scheme}`)
}

return { texts: texts.length, faults: [...faults] }
