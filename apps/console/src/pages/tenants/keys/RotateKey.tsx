import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Schema } from '../../../api/client.js';
import { Notice } from '../../../parts/Notice.js';
import { ProblemAlert } from '../../../parts/ProblemAlert.js';
import type { Key } from './key-list.js';

interface Props {
  readonly tenant: string;
  /** Undefined: the window is closed. */
  readonly replaced: Key | undefined;
  readonly onClose: () => void;
  readonly onMade: (key: Schema<'KeyShown'>, replaced: { readonly title: string; readonly endsAt: number }) => void;
}

/** Seconds for which both keys count. */
const OVERLAPS = ['0', '3600', '86400', '604800', '2592000'] as const;
const DEFAULT: (typeof OVERLAPS)[number] = '86400';

/** Makes a key that takes the place of another, which counts on for a while. */
export function RotateKey(props: Props) {
  const { t } = useTranslation('tenants');
  return (
    <Modal opened={props.replaced !== undefined} onClose={props.onClose} title={t('keys.rotateTitle', { title: props.replaced?.title ?? '' })}>
      {props.replaced === undefined ? null : <Form {...props} replaced={props.replaced} />}
    </Modal>
  );
}

function Form({ tenant, replaced, onClose, onMade }: Props & { readonly replaced: Key }) {
  const { t } = useTranslation('tenants');
  const [overlap, setOverlap] = useState<(typeof OVERLAPS)[number]>(DEFAULT);
  const rotate = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/v1/tenants/{tenant}/keys/{key}/rotate', { params: { path: { tenant, key: replaced.id } }, body: { overlap: Number(overlap) } })),
    onSuccess: (key) => {
      const planned = Date.parse(key.createdAt) + Number(overlap) * 1_000;
      // One that ends sooner anyway is given no longer life.
      const endsAt = replaced.expiresAt === undefined ? planned : Math.min(planned, Date.parse(replaced.expiresAt));
      onClose();
      onMade(key, { title: replaced.title, endsAt });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!rotate.isPending) rotate.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm">{t('keys.rotateText')}</Text>
        <Select
          label={t('keys.overlap')}
          description={t('keys.overlapHint')}
          allowDeselect={false}
          data-autofocus
          data={OVERLAPS.map((value) => ({ value, label: t(`keys.overlaps.${value}`) }))}
          value={overlap}
          onChange={(value) => setOverlap(OVERLAPS.find((one) => one === value) ?? DEFAULT)}
        />
        {overlap === '0' ? <Notice tone="warning">{t('keys.overlapNone')}</Notice> : null}
        <ProblemAlert error={rotate.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={rotate.isPending}>
            {t('common:parts.cancel')}
          </Button>
          <Button type="submit" loading={rotate.isPending}>
            {t('keys.rotateNow')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
