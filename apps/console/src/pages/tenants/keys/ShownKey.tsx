import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../../api/client.js';
import { useFormat } from '../../../format/useFormat.js';
import { CodeBlock } from '../../../parts/CodeBlock.js';
import { SecretOnce } from '../../../parts/SecretOnce.js';
import { tryingLine } from './key-list.js';

/** A key that was just made, and the one that it replaces. */
export interface Shown {
  readonly key: Schema<'KeyShown'>;
  readonly replaced?: { readonly title: string; readonly endsAt: number };
}

/** The key itself, this once, with a line that tries it. */
export function ShownKey({ tenant, shown, onClose }: { readonly tenant: string; readonly shown: Shown | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation('tenants');
  const format = useFormat();
  const line = shown === undefined ? undefined : tryingLine(location.origin, tenant, shown.key);
  return (
    <SecretOnce secret={shown?.key.key} title={t('keys.shownTitle', { title: shown?.key.title ?? '' })} onClose={onClose}>
      {shown?.replaced === undefined ? null : (
        <Text size="sm">{t('keys.oldEnds', { time: `${format.time(shown.replaced.endsAt)} ${format.zone(shown.replaced.endsAt)}` })}</Text>
      )}
      {line === undefined ? null : (
        <div>
          <Text size="sm" mb={4}>
            {t('keys.tryLine')}
          </Text>
          <CodeBlock code={line} label={t('keys.tryLine')} />
        </div>
      )}
      <Text size="sm" fw={600}>
        {t('keys.theKey')}
      </Text>
    </SecretOnce>
  );
}
