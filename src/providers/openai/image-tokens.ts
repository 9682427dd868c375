/**
 * How many tokens an image takes in a prompt. Source: "Calculating costs" of OpenAI's guide "Images and vision". Models of one kind count
 * tiles of 512 pixels after scaling, the others patches of 32 pixels.
 */
import { dimensionsOfDataUrl, type ImageDimensions } from '../image-dimensions.js';

/** `low`, `high` and `auto` of the request; anything else counts as auto, which is high. */
export type ImageDetail = 'low' | 'high' | 'auto';

/** Tokens of an image at low detail, and of each tile at high detail, by the beginning of the model's name; the first that fits. */
const TILE_MODELS: readonly (readonly [prefix: string, base: number, perTile: number])[] = [
  ['gpt-4o-mini', 2_833, 5_667],
  ['o1', 75, 150],
  ['o3', 75, 150],
  ['computer-use-preview', 65, 129],
  ['gpt-5', 70, 140],
];
const OTHER_TILE_MODELS = [85, 170] as const;

/** What a patch's tokens are multiplied by. */
const PATCH_MODELS: readonly (readonly [prefix: string, factor: number])[] = [
  ['gpt-5-mini', 1.62],
  ['gpt-5-nano', 2.46],
  ['gpt-4.1-mini', 1.62],
  ['gpt-4.1-nano', 2.46],
  ['o4-mini', 1.72],
];

/** Of an image behind a URL that nobody fetches. Assumed. */
const ASSUMED: ImageDimensions = { width: 1_024, height: 1_024 };

const SQUARE_PIXELS = 2_048;
const SHORT_SIDE_PIXELS = 768;
const TILE_PIXELS = 512;
const PATCH_PIXELS = 32;
const PATCHES_MAX = 1_536;

/** @param url http(s), whose image counts as one of 1024 × 1024, or `data:` */
export function imageTokens(model: string, url: string, detail: ImageDetail): number {
  const dimensions = dimensionsOfDataUrl(url) ?? ASSUMED;
  const patchFactor = PATCH_MODELS.find(([prefix]) => model.startsWith(prefix))?.[1];
  if (patchFactor !== undefined) return Math.ceil(patchesOf(dimensions) * patchFactor);
  const [, base, perTile] = TILE_MODELS.find(([prefix]) => model.startsWith(prefix)) ?? ['', ...OTHER_TILE_MODELS];
  return detail === 'low' ? base : base + perTile * tilesOf(dimensions);
}

/** Scaled down into the large square, then until the shorter side fits, and cut into tiles. */
function tilesOf({ width, height }: ImageDimensions): number {
  const intoSquare = Math.min(1, SQUARE_PIXELS / Math.max(width, height));
  const shortSide = Math.min(width, height) * intoSquare;
  const scale = intoSquare * Math.min(1, SHORT_SIDE_PIXELS / shortSide);
  return Math.ceil(Math.round(width * scale) / TILE_PIXELS) * Math.ceil(Math.round(height * scale) / TILE_PIXELS) || 1;
}

/** As many patches as cover the image, which is scaled down until these are few enough. */
function patchesOf({ width, height }: ImageDimensions): number {
  const patches = Math.ceil(width / PATCH_PIXELS) * Math.ceil(height / PATCH_PIXELS);
  if (patches <= PATCHES_MAX) return patches;
  const shrink = Math.sqrt((PATCH_PIXELS ** 2 * PATCHES_MAX) / (width * height));
  const across = (width * shrink) / PATCH_PIXELS;
  const down = (height * shrink) / PATCH_PIXELS;
  const scale = shrink * Math.min(Math.floor(across) / across, Math.floor(down) / down);
  const scaled = [width, height].map((side) => Math.ceil(Math.round(side * scale) / PATCH_PIXELS));
  return Math.min(PATCHES_MAX, Math.max(1, scaled[0] * scaled[1]));
}
