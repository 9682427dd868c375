/** The longest side that an image in a request may have. Source: the vision page of Anthropic's documentation. */

import type { JsonObject } from '../../kernel/json-object.js';
import { dimensionsOfBase64 } from '../image-dimensions.js';
import { type ApiVersion, isLegacy } from './api-version.js';
import { blocksOf } from './conversation.js';
import { invalidRequest } from './errors.js';
import type { PromptPart } from './prompt.js';

const SIDE_PIXELS_MAX = 8_000;
/** In a request with more images than this the sides are shorter. */
const IMAGES_FOR_FULL_SIZE = 20;
const SIDE_PIXELS_MAX_OF_MANY = 2_000;
/** How many images an error names. */
const PATHS_MAX = 100;

interface PlacedImage {
  readonly source: JsonObject;
  readonly path: string;
}

/** @throws ApiError that names the images which are too large */
export function checkImages(parts: readonly PromptPart[], version: ApiVersion): void {
  const images = parts.flatMap(({ value, path }) => imagesIn(value, path));
  const most = images.length > IMAGES_FOR_FULL_SIZE ? SIDE_PIXELS_MAX_OF_MANY : SIDE_PIXELS_MAX;
  const tooLarge = images.filter(({ source }) => longSideOf(source) > most).map(({ path }) => path);
  if (tooLarge.length === 0) return;
  const many = images.length > IMAGES_FOR_FULL_SIZE ? ' for many-image requests' : '';
  throw invalidRequest(
    `${tooLarge[0]}.image.source.base64.data: At least one of the image dimensions exceed max allowed size${many}: ${most} pixels`,
    isLegacy(version)
      ? undefined
      : { error_code: 'image_dimensions_too_large', max_side_length_pixels: most, paths: tooLarge.slice(0, PATHS_MAX) },
  );
}

function imagesIn(block: JsonObject, path: string): PlacedImage[] {
  if (block.type === 'image') return [{ source: block.source as JsonObject, path }];
  if (block.type !== 'tool_result') return [];
  return blocksOf(block.content).flatMap((inner, index) => imagesIn(inner, `${path}.tool_result.content.${index}`));
}

function longSideOf(source: JsonObject): number {
  const size = source.type === 'base64' ? dimensionsOfBase64(source.data as string) : undefined;
  return size === undefined ? 0 : Math.max(size.width, size.height);
}
