import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import { pageOfAddress } from '../../parts/address-page.js';
import { DescriptionList } from '../../parts/DescriptionList.js';
import { PathLink } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { ToneBadge } from '../../parts/StateBadge.js';
import { isKind, KINDS } from './kinds.js';
import type { TailRow } from './tail-buffer.js';

/** All that was told of one happening. */
export function HappeningFields({ happening, onClose }: { readonly happening: TailRow | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation('tail');
  return (
    <Modal opened={happening !== undefined} onClose={onClose} title={t('fields')} size="lg" closeButtonProps={{ 'aria-label': t('common:parts.close') }}>
      {happening === undefined ? null : <Fields happening={happening} />}
    </Modal>
  );
}

function Fields({ happening }: { readonly happening: TailRow }) {
  const { t } = useTranslation('tail');
  const format = useFormat();
  const installation = useSession()?.installation;
  const { at, kind, tenant, id, from, to, type, bytes, reason, session, transport, count, node } = happening;
  const given = <Value,>(value: Value | undefined, show: (value: Value) => ReactNode) => (value === undefined ? undefined : show(value));
  const address = (text: string) => {
    const page = pageOfAddress(text, installation);
    return <AddressText value={text} wrap {...(page === undefined ? {} : { to: page })} />;
  };
  return (
    <DescriptionList
      items={[
        { name: t('field.kind'), value: <ToneBadge tone={isKind(kind) ? KINDS[kind] : 'neutral'}>{isKind(kind) ? t(`kinds.${kind}`) : kind}</ToneBadge> },
        { name: t('field.at'), value: format.exact(at) },
        {
          name: t('field.tenant'),
          value: given(tenant, (name) => (
            <PathLink to={pathTo`/tenants/${name}`} size="sm">
              {name}
            </PathLink>
          )),
        },
        { name: t('field.from'), value: given(from, address) },
        { name: t('field.to'), value: given(to, address) },
        { name: t(kind === 'call' ? 'field.method' : 'field.type'), value: type },
        { name: t('field.id'), value: given(id, (text) => <AddressText value={text} wrap {...(kind === 'call' ? {} : { to: pathTo`/messages/${text}` })} />) },
        { name: t('field.bytes'), value: given(bytes, (size) => format.bytes(size)) },
        { name: t('field.reason'), value: reason },
        { name: t('field.count'), value: given(count, (times) => format.number(times)) },
        { name: t('field.session'), value: given(session, (text) => <AddressText value={text} wrap />) },
        { name: t('field.transport'), value: transport },
        { name: t('field.node'), value: given(node, (text) => <AddressText value={text} copy={false} />) },
      ]}
    />
  );
}
