import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useFormat } from '../format/useFormat.js';
import styles from './LiveChart.module.css';
import type { Tone } from './tone.js';

export interface ChartSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly tone: Tone;
  /** Drawn broken, so that it is told apart without its colour. */
  readonly dashed?: boolean;
}

interface Props {
  /** What the chart shows, for screen readers. */
  readonly title: string;
  /** When the first value was, in milliseconds. */
  readonly from: number;
  /** Seconds between values. */
  readonly step: number;
  readonly series: readonly ChartSeries[];
  readonly height?: number;
  /** Of a value, such as `/s`. */
  readonly unit?: string;
  /** How a value is written; a number with one decimal by default. */
  readonly valueText?: (value: number) => string;
  /** The newest points that are shown. */
  readonly pointsMax?: number;
}

/**
 * Values over time. A canvas, so a sentence beside it says the same to those who cannot see it.
 *
 * New values are put into the chart that is there; it never holds more than `pointsMax`.
 */
export function LiveChart({ title, from, step, series, height = 180, unit = '', valueText, pointsMax = 360 }: Props) {
  const { t, i18n } = useTranslation('common');
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const { ref: box, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);

  const data = useMemo<uPlot.AlignedData>(() => {
    const length = Math.max(0, ...series.map(({ values }) => values.length));
    const skip = Math.max(0, length - pointsMax);
    const times = Array.from({ length: length - skip }, (_, index) => from / 1_000 + (skip + index) * step);
    return [times, ...series.map(({ values }) => values.slice(skip))] as uPlot.AlignedData;
  }, [from, step, series, pointsMax]);
  const latest = useRef(data);
  latest.current = data;

  const text = valueText ?? ((value: number) => format.number(value, 1));
  const write = useRef(text);
  write.current = text;
  /** Another chart is made only where something else than its values has changed. */
  const shape = series.map(({ label, tone, dashed = false }) => `${label}\u0000${tone}\u0000${dashed}`).join('\u0001');

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides the colours that are read from the page
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--mantine-color-dimmed'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
    };
    const made = new uPlot(
      {
        width: Math.max(1, element.clientWidth),
        height,
        legend: { show: true, live: true },
        cursor: { points: { size: 7 }, drag: { x: false, y: false } },
        hooks: { setCursor: [showNewest] },
        scales: { x: { time: true }, y: { range: (_chart, _min, max) => [0, Math.max(1, max * 1.1)] } },
        axes: [
          {
            ...axis,
            values: (_chart, seconds, _axis, _space, apart) => seconds.map((at) => format.clock(at * 1_000).slice(0, apart < 60 ? 8 : 5)),
            space: 80,
            size: 30,
          },
          { ...axis, values: (_chart, values) => values.map((value) => write.current(value)), size: 56 },
        ],
        series: [
          { label: t('parts.chartTime'), value: (_chart, at) => (at === null ? '–' : format.clock(at * 1_000)) },
          ...shape.split('\u0001').map((one) => {
            const [label = '', tone = 'neutral', dashed] = one.split('\u0000');
            return {
              label,
              stroke: colour(`--${tone}-line`),
              width: 2,
              ...(dashed === 'true' ? { dash: [5, 4] } : {}),
              points: { show: false },
              value: (_chart: uPlot, value: number | null) => (value === null ? '–' : `${write.current(value)}${unit}`),
            };
          }),
        ],
      },
      latest.current,
      element,
    );
    chart.current = made;
    showNewest(made);
    return () => {
      chart.current = null;
      made.destroy();
    };
  }, [scheme, i18n.language, shape, height, unit]);

  useEffect(() => {
    chart.current?.setData(data);
    if (chart.current !== null) showNewest(chart.current);
  }, [data]);
  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height });
  }, [width, height]);

  const summary = series
    .map(({ label, values }) => {
      const known = values.filter((value) => value !== null);
      return known.length === 0
        ? t('parts.chartNone', { label })
        : t('parts.chartOne', {
            label,
            last: `${text(known.at(-1) ?? 0)}${unit}`,
            most: `${text(known.reduce((most, value) => Math.max(most, value), 0))}${unit}`,
          });
    })
    .join(' ');
  return (
    <figure className={styles.chart}>
      <figcaption className="visually-hidden">{`${title}. ${summary}`}</figcaption>
      <div ref={box} aria-hidden>
        <div ref={host} />
      </div>
    </figure>
  );
}

/** While nobody points at the chart its legend says the newest values. */
function showNewest(chart: uPlot): void {
  const last = chart.data[0].length - 1;
  if (last >= 0 && (chart.cursor.left ?? -1) < 0) chart.setLegend({ idx: last }, false);
}
