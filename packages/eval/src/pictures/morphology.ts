/** Binary morphology on masks of `width * height` values, 0 or 1, with discs for structuring elements. */

/** Offsets of the pixels within `radius` of a centre. */
function disc(radius: number): readonly (readonly [number, number])[] {
  const offsets: [number, number][] = [];
  const reach = (radius + 0.5) ** 2;
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) if (dx * dx + dy * dy <= reach) offsets.push([dx, dy]);
  }
  return offsets;
}

/** 1 within `radius` pixels of a 1. */
export function dilate(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const out = new Uint8Array(mask.length);
  const offsets = disc(radius);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (mask[y * width + x] === 0) continue;
      for (const [dx, dy] of offsets) {
        const u = x + dx;
        const v = y + dy;
        if (u >= 0 && u < width && v >= 0 && v < height) out[v * width + u] = 1;
      }
    }
  }
  return out;
}

/** 1 where no 0 lies within `radius` pixels; beyond the image counts as 1. */
export function erode(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  return invert(dilate(invert(mask), width, height, radius));
}

/** Removes what is thinner than the disc. */
export function open(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  return dilate(erode(mask, width, height, radius), width, height, radius);
}

/** Fills what is thinner than the disc. */
export function close(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  return erode(dilate(mask, width, height, radius), width, height, radius);
}

function invert(mask: Uint8Array): Uint8Array {
  return mask.map((m) => (m === 0 ? 1 : 0));
}

/** A connected set of pixels (four neighbours), by index. */
export type Component = readonly number[];

/** The connected sets of 1 in a mask. */
export function components(mask: Uint8Array, width: number, height: number): readonly Component[] {
  const seen = new Uint8Array(mask.length);
  const found: Component[] = [];
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] === 0 || seen[start] === 1) continue;
    const component = [start];
    seen[start] = 1;
    for (let i = 0; i < component.length; i++) {
      for (const next of neighbours(component[i] as number, width, height)) {
        if (mask[next] === 0 || seen[next] === 1) continue;
        seen[next] = 1;
        component.push(next);
      }
    }
    found.push(component);
  }
  return found;
}

function neighbours(p: number, width: number, height: number): number[] {
  const x = p % width;
  const near: number[] = [];
  if (x > 0) near.push(p - 1);
  if (x < width - 1) near.push(p + 1);
  if (p >= width) near.push(p - width);
  if (p < width * (height - 1)) near.push(p + width);
  return near;
}

/** The mask of those components that pass. */
export function keepComponents(
  mask: Uint8Array,
  width: number,
  height: number,
  keep: (component: Component, all: readonly Component[]) => boolean,
): Uint8Array {
  const out = new Uint8Array(mask.length);
  const all = components(mask, width, height);
  for (const component of all) if (keep(component, all)) for (const p of component) out[p] = 1;
  return out;
}

/** Sets enclosed zeros of at most `most` pixels to 1; what touches the border is not enclosed. */
export function fillHoles(mask: Uint8Array, width: number, height: number, most: number): Uint8Array {
  const out = mask.slice();
  for (const gap of components(invert(mask), width, height)) {
    const enclosed = gap.every((p) => {
      const x = p % width;
      return x > 0 && x < width - 1 && p >= width && p < width * (height - 1);
    });
    if (enclosed && gap.length <= most) for (const p of gap) out[p] = 1;
  }
  return out;
}
