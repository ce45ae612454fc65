import type { IPrimitivePaneView, ISeriesPrimitive, SeriesAttachedParameter, Logical } from 'lightweight-charts';

/** A part of the axis to shade, first and last row of it. */
export interface Shade {
  readonly first: number;
  readonly last: number;
  readonly colour: string;
}

/** Shades parts of a pane, behind the bars, over its whole height. */
export class GapShade implements ISeriesPrimitive {
  #shades: readonly Shade[] = [];
  #attached: SeriesAttachedParameter | undefined;
  readonly #views: readonly IPrimitivePaneView[];

  constructor() {
    this.#views = [{ zOrder: () => 'bottom', renderer: () => ({ draw: (target) => this.#draw(target) }) }];
  }

  attached(attached: SeriesAttachedParameter): void {
    this.#attached = attached;
  }

  detached(): void {
    this.#attached = undefined;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  show(shades: readonly Shade[]): void {
    this.#shades = shades;
    this.#attached?.requestUpdate();
  }

  #draw(target: Parameters<NonNullable<ReturnType<IPrimitivePaneView['renderer']>>['draw']>[0]): void {
    const scale = this.#attached?.chart.timeScale();
    const range = scale?.getVisibleLogicalRange();
    if (scale === undefined || range === null || range === undefined) return;
    target.useBitmapCoordinateSpace(({ context, bitmapSize, horizontalPixelRatio }) => {
      const half = scale.options().barSpacing / 2;
      for (const { first, last, colour } of this.#shades) {
        if (last < range.from - 1 || first > range.to + 1) continue;
        const left = scale.logicalToCoordinate(Math.max(first, Math.floor(range.from) - 1) as Logical);
        const right = scale.logicalToCoordinate(Math.min(last, Math.ceil(range.to) + 1) as Logical);
        if (left === null || right === null) continue;
        const from = Math.round((left - half) * horizontalPixelRatio);
        const to = Math.round((right + half) * horizontalPixelRatio);
        context.fillStyle = colour;
        context.fillRect(from, 0, Math.max(1, to - from), bitmapSize.height);
      }
    });
  }
}
