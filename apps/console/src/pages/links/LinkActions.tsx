import { ActionIcon, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconDots, IconPlayerPause, IconPlayerPlay, IconRoute, IconRouteOff, IconScale, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { useGo } from '../../parts/PathLink.js';
import { ConfirmLink } from './ConfirmLink.js';
import { LinkQuota } from './LinkQuota.js';
import { type Link, useLinksChanged } from './links-queries.js';

type Open = 'confirm' | 'pause' | 'resume' | 'transit' | 'quota' | 'remove';

/** What one may do with a link: operators pause and resume, owners do the rest. */
export function LinkActions({ link }: { readonly link: Link }) {
  const { t } = useTranslation('links');
  const format = useFormat();
  const go = useGo();
  const changed = useLinksChanged();
  const owner = useMay('owner', { whole: true });
  const operator = useMay('operator', { whole: true });
  const [open, setOpen] = useState<Open>();
  if (!operator) return null;

  const { id, name, state, quarantined, transit, queue } = link;
  const close = () => setOpen(undefined);
  const params = { params: { path: { link: id } } };
  const done = async (text: string) => {
    await changed();
    notifications.show({ message: text });
  };
  const resumable = state === 'paused' || quarantined !== undefined;
  return (
    <>
      {owner && !link.confirmedHere ? (
        <Button size="sm" leftSection={<IconCheck size={16} />} onClick={() => setOpen('confirm')}>
          {t('confirm.open')}
        </Button>
      ) : null}
      {resumable && state !== 'pending' ? (
        <Button size="sm" leftSection={<IconPlayerPlay size={16} />} onClick={() => setOpen('resume')}>
          {t('resume.open')}
        </Button>
      ) : null}
      {state === 'active' && quarantined === undefined ? (
        <Button size="sm" variant="default" leftSection={<IconPlayerPause size={16} />} onClick={() => setOpen('pause')}>
          {t('pause.open')}
        </Button>
      ) : null}
      {owner ? (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t('more')}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={transit ? <IconRouteOff size={16} /> : <IconRoute size={16} />} onClick={() => setOpen('transit')}>
              {t(transit ? 'transit.forbid' : 'transit.allow')}
            </Menu.Item>
            <Menu.Item leftSection={<IconScale size={16} />} onClick={() => setOpen('quota')}>
              {t('quota.open')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setOpen('remove')}>
              {t('remove.open')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ) : null}

      <ConfirmLink link={link} opened={open === 'confirm'} onClose={close} />
      <LinkQuota link={link} opened={open === 'quota'} onClose={close} />
      <ConfirmAction
        opened={open === 'pause'}
        onClose={close}
        title={t('pause.title', { name })}
        confirm={t('pause.open')}
        action={() => answerOf(api.POST('/v1/links/{link}/pause', params))}
        onDone={() => void done(t('pause.done', { name }))}
      >
        {t('pause.what')}
      </ConfirmAction>
      <ConfirmAction
        opened={open === 'resume'}
        onClose={close}
        title={t('resume.title', { name })}
        confirm={t('resume.open')}
        action={() => answerOf(api.POST('/v1/links/{link}/resume', params))}
        onDone={() => void done(t('resume.done', { name }))}
      >
        {t(quarantined === undefined ? 'resume.what' : 'resume.whatQuarantined')}
      </ConfirmAction>
      <ConfirmAction
        opened={open === 'transit'}
        onClose={close}
        title={t(transit ? 'transit.forbid' : 'transit.allow')}
        confirm={t(transit ? 'transit.forbidGo' : 'transit.allowGo')}
        action={() => answerOf(api.POST('/v1/links/{link}/transit', { ...params, body: { allow: !transit } }))}
        onDone={() => void done(t(transit ? 'transit.forbidden' : 'transit.allowed', { name }))}
      >
        {t(transit ? 'transit.whatOff' : 'transit.whatOn', { name })}
      </ConfirmAction>
      <ConfirmAction
        opened={open === 'remove'}
        onClose={close}
        title={t('remove.title', { name })}
        confirm={t('remove.go')}
        dangerous
        typed={name}
        action={() => answerOf(api.DELETE('/v1/links/{link}', params))}
        onDone={() => {
          go('/links');
          void done(t('remove.done', { name }));
        }}
      >
        <p>{t('remove.what', { name })}</p>
        <p>{queue.messages === 0 ? t('remove.nothingWaits') : t('remove.waits', { count: queue.messages, text: format.number(queue.messages) })}</p>
      </ConfirmAction>
    </>
  );
}
