import { Button, Group, SegmentedControl, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/useFormat.js';
import { CodeBlock } from './CodeBlock.js';
import { JsonNode } from './JsonNode.js';
import styles from './JsonView.module.css';

/** A text longer than this is shown as text only: parsing it would stop the page. */
const PARSED_MAX = 2_000_000;
/** Characters of the text that are shown at once. */
const TEXT_STEP = 50_000;

interface Props {
  /** JSON as it was sent: numbers keep their digits in the view of the text. */
  readonly text: string;
  readonly label: string;
}

/**
 * JSON as a tree that opens, or as the text that it is. Never more at once than a page can bear; the rest on demand.
 *
 * Whatever stands in it is shown as text.
 */
export function JsonView({ text, label }: Props) {
  const { t } = useTranslation('common');
  const format = useFormat();
  const parsed = useMemo(() => parse(text), [text]);
  const [way, setWay] = useState<'tree' | 'text'>('tree');
  const [shown, setShown] = useState(TEXT_STEP);
  const tree = parsed.kind === 'tree' && way === 'tree';
  return (
    <div>
      <Group justify="space-between" mb={6} gap="xs">
        {parsed.kind === 'tree' ? (
          <SegmentedControl
            size="xs"
            aria-label={label}
            value={way}
            onChange={setWay}
            data={[
              { value: 'tree', label: t('parts.jsonTree') },
              { value: 'text', label: t('parts.jsonText') },
            ]}
          />
        ) : (
          <Text size="xs" c="dimmed">
            {t(parsed.kind === 'too-large' ? 'parts.jsonTooLarge' : 'parts.notJson')}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {t('parts.characters', { count: text.length, text: format.number(text.length) })}
        </Text>
      </Group>
      {tree ? (
        <section className={styles.tree} aria-label={label}>
          <JsonNode value={parsed.value} depth={0} />
        </section>
      ) : (
        <CodeBlock code={text.slice(0, shown)} label={label} />
      )}
      {!tree && shown < text.length ? (
        <Button mt="xs" size="xs" variant="default" onClick={() => setShown(shown + TEXT_STEP)}>
          {t('parts.more')}
        </Button>
      ) : null}
    </div>
  );
}

type Parsed = { readonly kind: 'tree'; readonly value: unknown } | { readonly kind: 'too-large' } | { readonly kind: 'not-json' };

function parse(text: string): Parsed {
  if (text.length > PARSED_MAX) return { kind: 'too-large' };
  try {
    return { kind: 'tree', value: JSON.parse(text) as unknown };
  } catch {
    return { kind: 'not-json' };
  }
}
