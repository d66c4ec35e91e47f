import { Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { AdministratorForm } from './AdministratorForm.js';
import { AdministratorSessions } from './AdministratorSessions.js';
import type { Act } from './AdministratorsPage.js';
import { ADMINISTRATORS } from './administrator-queries.js';
import { PasswordForm } from './PasswordForm.js';

/** Asks before something is done to an administrator, does it, and says what came of it. */
export function AdministratorDialogs({ act, onClose }: { readonly act: Act | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation('administrators');
  const queries = useQueryClient();
  const name = act === undefined || act.kind === 'create' ? '' : act.administrator.name;
  const told = (message: string) => {
    notifications.show({ message });
    void queries.invalidateQueries({ queryKey: ADMINISTRATORS });
    onClose();
  };
  const closing = { 'aria-label': t('common:parts.close') };
  return (
    <>
      <Modal opened={act?.kind === 'create'} onClose={onClose} title={t('create.title')} size="lg" closeButtonProps={closing}>
        <AdministratorForm administrator={undefined} onClose={onClose} onDone={(created) => told(t('create.done', { name: created }))} />
      </Modal>
      <Modal opened={act?.kind === 'rights'} onClose={onClose} title={t('rights.title', { name })} size="lg" closeButtonProps={closing}>
        {act?.kind === 'rights' ? (
          <AdministratorForm administrator={act.administrator} onClose={onClose} onDone={() => told(t('rights.done', { name }))} />
        ) : null}
      </Modal>
      <Modal opened={act?.kind === 'password'} onClose={onClose} title={t('password.title', { name })} closeButtonProps={closing}>
        {act?.kind === 'password' ? (
          <PasswordForm
            name={name}
            askCurrent={false}
            hint={t('password.hint')}
            onClose={onClose}
            onDone={(ended) => told(t('password.done', { name, count: ended }))}
          />
        ) : null}
      </Modal>
      <Modal opened={act?.kind === 'sessions'} onClose={onClose} title={t('sessions.title', { name })} size="xl" closeButtonProps={closing}>
        {act?.kind === 'sessions' ? <AdministratorSessions name={name} /> : null}
      </Modal>
      <ConfirmAction
        opened={act?.kind === 'unlock'}
        onClose={onClose}
        title={t('unlock.title', { name })}
        confirm={t('unlock.confirm')}
        action={() => answerOf(api.POST('/v1/administrators/{name}/unlock', { params: { path: { name } } }))}
        onDone={() => told(t('unlock.done', { name }))}
      >
        {t('unlock.text')}
      </ConfirmAction>
      <ConfirmAction
        opened={act?.kind === 'delete'}
        onClose={onClose}
        title={t('delete.title', { name })}
        confirm={t('delete.confirm')}
        typed={name}
        dangerous
        action={() => answerOf(api.DELETE('/v1/administrators/{name}', { params: { path: { name } } }))}
        onDone={() => told(t('delete.done', { name }))}
      >
        {act?.kind === 'delete' && act.administrator.oidc === true ? t('delete.textOidc') : t('delete.text')}
      </ConfirmAction>
    </>
  );
}
