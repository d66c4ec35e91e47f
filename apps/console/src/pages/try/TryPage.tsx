import { Tabs } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.js';
import { Notice } from '../../parts/Notice.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { AnswerPanel } from './AnswerPanel.js';
import { CallPanel } from './CallPanel.js';
import { CodePanel } from './CodePanel.js';
import { Connection, useConnection } from './Connection.js';
import { type Draft, FIRST_DRAFT, readJson } from './draft.js';
import { FrameList } from './FrameList.js';
import { PresencePanel } from './PresencePanel.js';
import { SendPanel } from './SendPanel.js';
import { TopicPanel } from './TopicPanel.js';
import styles from './Try.module.css';
import { TestClient } from './test-client.js';

const PANELS = ['send', 'call', 'answer', 'topics', 'presence', 'code'] as const;

/** What each panel works with. */
export interface PanelProps {
  readonly client: TestClient;
  readonly connected: boolean;
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  /** The name of the test client. */
  readonly own: string;
}

/** A test client in the browser: connect, send, call, listen, see what goes over the wire, and take the code home. */
export function TryPage() {
  const { t } = useTranslation('try');
  const operator = useMay('operator');
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      {operator ? (
        <Content />
      ) : (
        <Notice tone="info" title={t('operatorsOnly')}>
          {t('operatorsOnlyHint')}
        </Notice>
      )}
    </>
  );
}

function Content() {
  const { t } = useTranslation('try');
  const [client] = useState(() => new TestClient());
  const state = useSyncExternalStore(client.subscribe, client.read);
  const [draft, setDraft] = useState(FIRST_DRAFT);
  const [panel, setPanel] = useState<string | null>('send');
  const connection = useConnection(client);
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    client.answering = answeringOf(next);
  };
  // Whoever leaves the page leaves no session behind.
  useEffect(() => () => client.disconnect(), [client]);
  const props: PanelProps = { client, connected: state.kind === 'connected', draft, change, own: connection.name };

  return (
    <>
      <Connection client={client} state={state} connection={connection} />
      <div className={styles.work}>
        <Tabs value={panel} onChange={setPanel} keepMounted={false} className={styles.panels}>
          <Tabs.List aria-label={t('panels.label')}>
            {PANELS.map((name) => (
              <Tabs.Tab key={name} value={name} px={10}>
                {t(`panels.${name}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="send" pt="md">
            <SendPanel {...props} />
          </Tabs.Panel>
          <Tabs.Panel value="call" pt="md">
            <CallPanel {...props} />
          </Tabs.Panel>
          <Tabs.Panel value="answer" pt="md">
            <AnswerPanel {...props} answered={state.answered} />
          </Tabs.Panel>
          <Tabs.Panel value="topics" pt="md">
            <TopicPanel {...props} />
          </Tabs.Panel>
          <Tabs.Panel value="presence" pt="md">
            <PresencePanel {...props} />
          </Tabs.Panel>
          <Tabs.Panel value="code" pt="md">
            <CodePanel draft={draft} tenant={connection.tenant} own={connection.name} />
          </Tabs.Panel>
        </Tabs>
        <FrameList frames={state.frames} onClear={() => client.clear()} />
      </div>
    </>
  );
}

function answeringOf({ answering, result, errorCode, errorMessage }: Draft): TestClient['answering'] {
  if (answering === 'off') return { kind: 'off' };
  if (answering === 'error') return { kind: 'error', code: Number.isSafeInteger(Number(errorCode)) ? Number(errorCode) : -32_000, message: errorMessage };
  const read = readJson(result);
  return { kind: 'result', result: read.kind === 'read' ? read.value : null };
}
