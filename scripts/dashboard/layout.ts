/**
 * Gives panels their numbers and places: sections below one another, panels from left to right and on to the next line where one is full.
 * Numbers follow the order, so adding a panel renumbers those behind it, which only links to single panels would notice.
 */
import type { Panel, Query, Section } from './contract.js';
import { DATASOURCE } from './selections.js';

const COLUMNS = 24;
interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The sections as Grafana's list of panels. */
export function layOut(sections: readonly Section[]): object[] {
  const list: object[] = [];
  let id = 0;
  let y = 0;
  for (const section of sections) {
    const { collapsed = false, height, panels, title } = section;
    const row = { id: ++id, type: 'row', title, collapsed, gridPos: { x: 0, y, w: COLUMNS, h: 1 } };
    y++;
    const places = placesOf(panels, height, y);
    const placed = panels.map((panel, index) => panelDocument(panel, ++id, places[index]));
    list.push({ ...row, panels: collapsed ? placed : [] });
    if (collapsed) continue;
    list.push(...placed);
    y = Math.max(y, ...places.map((place) => place.y + place.h));
  }
  return list;
}

function placesOf(panels: readonly Panel[], height: number, top: number): Place[] {
  let x = 0;
  let y = top;
  return panels.map(({ width }) => {
    if (x + width > COLUMNS) {
      x = 0;
      y += height;
    }
    const place = { x, y, w: width, h: height };
    x += width;
    return place;
  });
}

function panelDocument({ queries, width: _, ...panel }: Panel, id: number, gridPos: Place): object {
  return { id, ...panel, datasource: DATASOURCE, gridPos, targets: queries.map(targetDocument) };
}

function targetDocument({ expr, format = 'time_series', instant = false, legend }: Query, index: number): object {
  return {
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource: DATASOURCE,
    editorMode: 'code',
    expr,
    format,
    instant,
    range: !instant,
    legendFormat: legend,
  };
}
