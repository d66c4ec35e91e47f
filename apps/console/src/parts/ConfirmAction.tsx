import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from './ProblemAlert.js';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will happen, and whether it can be undone. */
  readonly children: ReactNode;
  /** On the button: what is done, not "OK". */
  readonly confirm: string;
  /** Must resolve when it is done; a problem is shown, and the window stays. */
  readonly action: () => Promise<unknown>;
  readonly onDone?: () => void;
  /** Cannot be undone. */
  readonly dangerous?: boolean;
  /** Must be typed first: for what would hurt many. */
  readonly typed?: string;
  /** The action itself closes it, or goes on in it. */
  readonly keepOpen?: boolean;
}

/** Asks before something is done, and says what it will be. Closed while it runs only by its end. */
export function ConfirmAction(props: Props) {
  const { opened, onClose, title } = props;
  const { t } = useTranslation('common');
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('parts.close') }}>
      {/* What was typed before is gone when it opens again. */}
      {opened ? <Content {...props} /> : null}
    </Modal>
  );
}

function Content({ onClose, children, confirm, action, onDone, dangerous = false, typed, keepOpen = false }: Props) {
  const { t } = useTranslation('common');
  const [text, setText] = useState('');
  const run = useMutation({
    mutationFn: action,
    onSuccess: () => {
      if (!keepOpen) onClose();
      onDone?.();
    },
  });
  const ready = typed === undefined || text === typed;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !run.isPending) run.mutate();
      }}
    >
      <Stack gap="md">
        <Text component="div" size="sm">
          {children}
        </Text>
        {typed === undefined ? null : (
          <TextInput
            label={t('parts.typeToConfirm', { text: typed })}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        )}
        <ProblemAlert error={run.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={run.isPending}>
            {t('parts.cancel')}
          </Button>
          <Button type="submit" color={dangerous ? 'red.8' : undefined} loading={run.isPending} disabled={!ready}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
