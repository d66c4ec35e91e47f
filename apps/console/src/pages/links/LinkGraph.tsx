import { Paper, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { useGo } from '../../parts/PathLink.js';
import { type Box, layoutGraph } from './graph-layout.js';
import styles from './LinkGraph.module.css';
import { linkPath } from './link-path.js';
import { stateOfLink } from './link-state.js';
import type { Link } from './links-queries.js';

/** As many characters as stand in a box. */
const NAME = 18;
const FAR_NAME = 16;
/** A line that is so short to the side goes down. */
const FAR_DOWN = 30;

/**
 * This installation and those that are linked to it. A picture of what the table below says: whoever cannot see it
 * loses nothing.
 */
export function LinkGraph({ own, links }: { readonly own: string; readonly links: readonly Link[] }) {
  const { t } = useTranslation('links');
  const format = useFormat();
  const go = useGo();
  const { ref, width } = useElementSize();
  const graph = useMemo(() => (width === 0 ? undefined : layoutGraph(links, Math.floor(width))), [links, width]);
  const said = links.map((link) =>
    t('graph.one', { name: link.name, state: t(`common:states.${stateOfLink(link)}`), text: format.number(link.queue.messages) }),
  );

  return (
    <Paper className={styles.frame}>
      <div ref={ref}>
        {graph === undefined ? (
          <div className={styles.waiting} />
        ) : (
          <svg
            role="img"
            aria-label={`${t('graph.title', { name: own })} ${said.join('; ')}`}
            width={graph.width}
            height={graph.height}
            viewBox={`0 0 ${graph.width} ${graph.height}`}
            className={styles.graph}
          >
            {graph.trunk === undefined ? null : <path d={`M ${graph.trunk.x} ${graph.trunk.y1} V ${graph.trunk.y2}`} className={styles.far} />}
            {graph.behind.map(({ key, line }) => (
              <path key={key} d={curveOf(line)} className={styles.far} />
            ))}
            {graph.neighbours.map(({ id, line, state }) => (
              <path key={id} d={curveOf(line)} className={styles.edge} data-state={state} />
            ))}
            <g>
              <Frame box={graph.own} className={styles.own} />
              <text {...middleOf(graph.own, -6)} className={styles.ownName}>
                {cut(own, NAME)}
              </text>
              <text {...middleOf(graph.own, 12)} className={styles.ownNote}>
                {t('graph.here')}
              </text>
            </g>
            {graph.neighbours.map((one) => (
              // biome-ignore lint/a11y/noStaticElementInteractions: the table below leads there by keyboard
              <g key={one.id} className={styles.neighbour} data-state={one.state} onClick={() => go(linkPath(one.id))}>
                <title>{one.name}</title>
                <Frame box={one} className={styles.node} />
                <circle cx={one.x + 15} cy={one.y + 17} r={5} className={styles.dot} />
                <text x={one.x + 27} y={one.y + 21} className={styles.name}>
                  {cut(one.name, NAME - 2)}
                </text>
                <text x={one.x + 13} y={one.y + 39} className={styles.state}>
                  {t(`common:states.${one.state}`)}
                </text>
              </g>
            ))}
            {graph.behind.map((one) => (
              <g key={one.key}>
                {one.name === undefined ? null : <title>{one.name}</title>}
                <Frame box={one} className={styles.farNode} />
                <text {...middleOf(one, 4)} className={styles.farName}>
                  {one.name === undefined ? t('graph.more', { count: one.more }) : cut(one.name, FAR_NAME)}
                </text>
              </g>
            ))}
            {graph.neighbours
              .filter(({ waiting }) => waiting > 0)
              .map(({ id, line, waiting }) => (
                <Queue key={id} line={line} tall={graph.trunk !== undefined} text={t('graph.waits', { count: waiting, text: format.compact(waiting) })} />
              ))}
          </svg>
        )}
      </div>
      {graph === undefined || graph.left === 0 ? null : (
        <Text size="xs" c="dimmed" ta="center">
          {t('graph.left', { count: graph.left })}
        </Text>
      )}
    </Paper>
  );
}

type Line = { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };

function Frame({ box: { x, y, width, height }, className }: { readonly box: Box; readonly className: string | undefined }) {
  return <rect x={x} y={y} width={width} height={height} rx={8} className={className} />;
}

/** What waits, where it waits: on the line. */
function Queue({ line, text, tall }: { readonly line: Line; readonly text: string; readonly tall: boolean }) {
  const width = text.length * 7 + 18;
  // A short line has no room: it stands above its end.
  const x = tall ? line.x2 + 4 + width / 2 : (line.x1 + line.x2) / 2;
  const y = tall ? line.y2 - 37 : (line.y1 + line.y2) / 2;
  return (
    <g>
      <rect x={x - width / 2} y={y - 10} width={width} height={20} rx={10} className={styles.queue} />
      <text x={x} y={y + 4} className={styles.queueText}>
        {text}
      </text>
    </g>
  );
}

function curveOf(line: Line): string {
  const { x1, y1, x2, y2 } = line;
  if (y1 === y2) return `M ${x1} ${y1} H ${x2}`;
  // Down, then to the side.
  if (Math.abs(x2 - x1) < FAR_DOWN) return `M ${x1} ${y1} V ${y2 - 8} Q ${x1} ${y2} ${x1 + 8} ${y2} H ${x2}`;
  const middle = (x1 + x2) / 2;
  return `M ${x1} ${y1} C ${middle} ${y1}, ${middle} ${y2}, ${x2} ${y2}`;
}

function middleOf({ x, y, width, height }: Box, below: number) {
  return { x: x + width / 2, y: y + height / 2 + below };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
