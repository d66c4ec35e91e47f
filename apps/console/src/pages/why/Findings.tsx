import { Button, Group, Stack } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCircleDashed, IconX, type TablerIcon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { CodeBlock } from '../../parts/CodeBlock.js';
import { JsonView } from '../../parts/JsonView.js';
import { LinkButton } from '../../parts/LinkButton.js';
import { Notice } from '../../parts/Notice.js';
import { PagePart } from '../../parts/PagePart.js';
import { StateBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import styles from './Findings.module.css';
import { corrected, type Diagnosis, likeNames, type Step, suggestedRule, wordsOf } from './step-words.js';

/** What is asked. */
export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly use: Diagnosis['use'];
  readonly as: 'key' | 'token' | undefined;
}

interface Props {
  readonly diagnosis: Diagnosis;
  readonly asked: Asked;
  /** Milliseconds. */
  readonly at: number;
  readonly onAsk: (asked: Asked) => void;
}

/** The answer: what stops it first, with what mends it, and then the whole way. */
export function Findings({ diagnosis, asked, at, onAsk }: Props) {
  const { t } = useTranslation('why');
  const { steps, firstFailure, use, from, to } = diagnosis;
  const failing = firstFailure === undefined ? undefined : steps[firstFailure];
  const warnings = steps.filter(({ verdict }) => verdict === 'warning').length;
  return (
    <Stack gap="lg">
      <div aria-live="polite">
        {failing === undefined ? (
          <Notice tone="good" title={t(`reachable.${use}`, { from, to })}>
            {warnings === 0 ? t('reachableHint') : t('reachableWarned', { count: warnings })}
          </Notice>
        ) : (
          <Notice tone="bad" title={<span className={styles.stopped}>{t('stopped', { step: t(`steps.${failing.step}`) })}</span>}>
            <Found step={failing} diagnosis={diagnosis} />
            <Mending step={failing} asked={asked} onAsk={onAsk} />
          </Notice>
        )}
      </div>
      <PagePart
        title={t('path')}
        actions={
          <span className={styles.when}>
            {t('checkedAt')} <TimeText at={at} />
          </span>
        }
      >
        <ol className={styles.way}>
          {steps.map((step, index) => (
            <OneStep key={`${step.step} ${step.subject}`} step={step} diagnosis={diagnosis} first={index === firstFailure} asked={asked} onAsk={onAsk} />
          ))}
        </ol>
      </PagePart>
    </Stack>
  );
}

const ICONS: Readonly<Record<Step['verdict'], TablerIcon>> = { ok: IconCheck, warning: IconAlertTriangle, fails: IconX, skipped: IconCircleDashed };

function OneStep({
  step,
  diagnosis,
  first,
  asked,
  onAsk,
}: { readonly step: Step; readonly diagnosis: Diagnosis; readonly first: boolean } & Pick<Props, 'asked' | 'onAsk'>) {
  const { t } = useTranslation('why');
  const Icon = ICONS[step.verdict];
  return (
    <li className={styles.step} data-verdict={step.verdict} data-first={first || undefined}>
      <span className={styles.mark} aria-hidden>
        <Icon size={15} stroke={2.4} />
      </span>
      <div className={styles.words}>
        <div className={styles.head}>
          <h3 className={styles.name}>{t(`steps.${step.step}`)}</h3>
          <StateBadge state={step.verdict} />
        </div>
        <Found step={step} diagnosis={diagnosis} />
        {step.verdict === 'warning' || (step.verdict === 'fails' && !first) ? <Mending step={step} asked={asked} onAsk={onAsk} /> : null}
        <details className={styles.more}>
          <summary>{t('serverWords')}</summary>
          <p className={styles.server} lang="en">
            {step.detail}
          </p>
          {step.facts === undefined ? null : <JsonView text={JSON.stringify(step.facts, null, 2)} label={t('facts')} />}
          {step.page === undefined || step.verdict !== 'ok' ? null : (
            <Group mt="xs">
              <LinkButton to={step.page}>{t('open')}</LinkButton>
            </Group>
          )}
        </details>
      </div>
    </li>
  );
}

/** What a step found, in the chosen language; one that the console has no words for in the server's own. */
function Found({ step, diagnosis }: { readonly step: Step; readonly diagnosis: Diagnosis }) {
  const { t, i18n } = useTranslation('why');
  const format = useFormat();
  const { key, values } = wordsOf(step, diagnosis, format);
  const known = i18n.exists(`found.${key}`, { ns: 'why', ...values });
  return <p className={styles.found}>{known ? t(`found.${key}`, values) : step.detail}</p>;
}

/** What mends it: the words, the page, and what can be done at once. */
function Mending({ step, asked, onAsk }: { readonly step: Step } & Pick<Props, 'asked' | 'onAsk'>) {
  const { t } = useTranslation('why');
  const rule = suggestedRule(step);
  const like = likeNames(step);
  const side = step.step.startsWith('from') ? 'from' : step.step === 'link' && !asked.to.includes('.') ? 'from' : 'to';
  return (
    <div className={styles.mending}>
      {step.action === undefined ? null : (
        <p className={styles.todo}>
          <strong>{t('todo')}:</strong> {t(`actions.${step.action}.todo`)}
        </p>
      )}
      {rule === undefined ? null : (
        <div className={styles.rules}>
          <div>
            <div className={styles.label}>{t('rule')}</div>
            <CodeBlock code={rule.exact} label={t('rule')} />
          </div>
          {rule.wide === rule.exact ? null : (
            <div>
              <div className={styles.label}>{t('ruleWide')}</div>
              <CodeBlock code={rule.wide} label={t('ruleWide')} />
            </div>
          )}
        </div>
      )}
      <Group gap="xs" mt={6}>
        {step.page === undefined ? null : <LinkButton to={step.page}>{step.action === undefined ? t('open') : t(`actions.${step.action}.go`)}</LinkButton>}
        {like.length === 0 ? null : <span className={styles.label}>{t('like')}</span>}
        {like.slice(0, 5).map((name) => (
          <Button key={name} size="xs" variant="default" ff="monospace" onClick={() => onAsk({ ...asked, [side]: corrected(asked[side], step, name) })}>
            {corrected(asked[side], step, name)}
          </Button>
        ))}
      </Group>
    </div>
  );
}
