import { Button, Group, Menu } from '@mantine/core';
import { IconChevronDown, IconFlask, IconKeyOff, IconRepeat, IconRouteAltLeft, IconTrash, IconUserOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { LinkButton } from '../../parts/LinkButton.js';
import { withQuery } from '../../parts/paths.js';
import type { Client, ClientPlace } from './client-queries.js';

/** What is about to be done to a client. */
export type Act =
  | { readonly kind: 'title' }
  /** `position`, `sent`: it goes on where it left off. */
  | { readonly kind: 'resend'; readonly position?: string; readonly sent?: number }
  | { readonly kind: 'purge' }
  | { readonly kind: 'revoke' }
  | { readonly kind: 'forget' }
  | { readonly kind: 'close'; readonly session: Schema<'Session'> }
  | { readonly kind: 'unsubscribe'; readonly topic: string };

interface Props {
  readonly client: Client;
  readonly place: ClientPlace;
  readonly onAct: (act: Act) => void;
}

/** What one may do with a client, at the head of its page. */
export function ClientActions({ client, place, onAct }: Props) {
  const { t } = useTranslation('clients');
  const operator = useMay('operator');
  return (
    <Group gap="xs">
      <LinkButton to={withQuery('/why', { to: client.address })} icon={<IconRouteAltLeft size={16} />}>
        {t('actions.why')}
      </LinkButton>
      {operator ? (
        <>
          <LinkButton to={withQuery('/try', { tenant: place.tenant, client: place.client })} icon={<IconFlask size={16} />}>
            {t('actions.try')}
          </LinkButton>
          <Menu position="bottom-end" width={260}>
            <Menu.Target>
              <Button size="xs" variant="default" rightSection={<IconChevronDown size={15} />}>
                {t('actions.more')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconRepeat size={16} />} onClick={() => onAct({ kind: 'resend' })}>
                {t('resend.open')}
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item leftSection={<IconTrash size={16} />} disabled={client.waiting === 0} onClick={() => onAct({ kind: 'purge' })}>
                {t('purge.open')}
              </Menu.Item>
              <Menu.Item leftSection={<IconKeyOff size={16} />} onClick={() => onAct({ kind: 'revoke' })}>
                {t('revoke.open')}
              </Menu.Item>
              <Menu.Item leftSection={<IconUserOff size={16} />} onClick={() => onAct({ kind: 'forget' })}>
                {t('forget.open')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      ) : null}
    </Group>
  );
}
