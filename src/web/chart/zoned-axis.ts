import { defaultHorzScaleBehavior, type IHorzScaleBehavior, type Time, type UTCTimestamp } from 'lightweight-charts';
import { offsetsOf, type OffsetAt } from './zone-offset.ts';

type Points = Parameters<IHorzScaleBehavior<Time>['fillWeightsForPoints']>[0];

/** The library's axis of time, whose days and hours begin as the clock of a zone says. */
export class ZonedAxis extends defaultHorzScaleBehavior() {
  #offsetAt: OffsetAt = () => 0;

  /** Applies to rows that are put on the axis from then on. */
  set zone(zone: string) {
    this.#offsetAt = offsetsOf(zone);
  }

  override fillWeightsForPoints(points: Points, startIndex: number): void {
    const local = points.map((point) => ({ ...point, time: this.convertHorzItemToInternal(this.#local(point)) }));
    super.fillWeightsForPoints(local, startIndex);
    for (let index = startIndex; index < points.length; index++) points[index].timeWeight = local[index].timeWeight;
  }

  #local({ originalTime }: Points[number]): UTCTimestamp {
    const seconds = originalTime as UTCTimestamp;
    return (seconds + this.#offsetAt(seconds * 1_000) / 1_000) as UTCTimestamp;
  }
}
