import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/useFormat.js';
import { ConfirmAction } from './ConfirmAction.js';
import { inSteps, type Step, type StepsOutcome } from './in-steps.js';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will happen, and whether it can be undone. */
  readonly children: ReactNode;
  readonly confirm: string;
  readonly dangerous?: boolean;
  readonly typed?: string;
  /** How many there are as it begins. */
  readonly all: number;
  /** One call of the API. */
  readonly step: () => Promise<Step>;
  /** Told the outcome, and where a call failed what was done before it. */
  readonly onEnded: (outcome: StepsOutcome) => void;
}

/** Asks, does a great many things call by call, says how far it is, and can be stopped. Closing the window stops it too. */
export function StepsAction({ all, step, onEnded, children, onClose, ...rest }: Props) {
  const { t } = useTranslation('common');
  const format = useFormat();
  const stopping = useRef(false);
  const [state, setState] = useState<{ readonly done: number; readonly stopping: boolean }>();
  const stop = () => {
    stopping.current = true;
    setState((before) => (before === undefined ? before : { ...before, stopping: true }));
  };
  const run = async () => {
    let sofar = 0;
    stopping.current = false;
    setState({ done: 0, stopping: false });
    try {
      const outcome = await inSteps({
        all,
        step,
        stopped: () => stopping.current,
        tell: (done) => {
          sofar = done;
          setState({ done, stopping: stopping.current });
        },
      });
      onEnded(outcome);
    } catch (error) {
      if (sofar > 0) onEnded({ done: sofar, left: Math.max(all - sofar, 0), stopped: true });
      throw error;
    } finally {
      setState(undefined);
    }
  };
  return (
    <ConfirmAction
      {...rest}
      onClose={() => {
        stop();
        onClose();
      }}
      action={run}
    >
      {children}
      {state === undefined ? null : (
        <Stack gap={6} mt="md">
          <Progress value={all === 0 ? 100 : (100 * state.done) / all} aria-label={rest.title} />
          <Group justify="space-between" gap="xs">
            <Text size="sm" role="status">
              {t('parts.progress', { done: format.number(state.done), all: format.number(all) })}
            </Text>
            <Button size="xs" variant="default" leftSection={<IconPlayerStop size={15} />} disabled={state.stopping} onClick={stop}>
              {t(state.stopping ? 'parts.stopping' : 'parts.stop')}
            </Button>
          </Group>
        </Stack>
      )}
    </ConfirmAction>
  );
}
