import { SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../parts/CodeBlock.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { type Draft, programValuesOf } from './draft.js';
import { FILES, LANGUAGES, PROGRAMS, type ProgramKind, type ProgramLanguage, programOf } from './program.js';
import styles from './Try.module.css';

const TEMPLATES = import.meta.glob<string>('./code/*.tmpl', { query: '?raw', import: 'default' });

/** The names that languages have for themselves. */
const NAMES: Readonly<Record<ProgramLanguage, string>> = { curl: 'curl', typescript: 'TypeScript', python: 'Python', php: 'PHP', csharp: 'C#', '1c': '1С' };

interface Props {
  readonly draft: Draft;
  readonly tenant: string;
  readonly own: string;
}

/** Whole programs for what is set in the forms, without a credential. */
export function CodePanel({ draft, tenant, own }: Props) {
  const { t } = useTranslation('try');
  const [language, setLanguage] = useState<ProgramLanguage>('curl');
  const [kind, setKind] = useState<ProgramKind>('send');
  const template = useQuery({
    queryKey: ['program', kind, language],
    queryFn: () => TEMPLATES[`./code/${kind}.${language}.tmpl`]?.() ?? Promise.reject(new Error('there is no such program')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const values = programValuesOf(draft, window.location.origin, tenant === '' ? 'demo' : tenant, own);
  return (
    <Stack gap="sm">
      <div className={styles.choices}>
        <Select
          label={t('code.language')}
          size="sm"
          w="9rem"
          allowDeselect={false}
          value={language}
          data={LANGUAGES.map((value) => ({ value, label: NAMES[value] }))}
          onChange={(value) => setLanguage(LANGUAGES.find((one) => one === value) ?? 'curl')}
        />
        <div>
          <Text size="sm" fw={600} mb={2}>
            {t('code.kind')}
          </Text>
          <SegmentedControl
            aria-label={t('code.kind')}
            size="sm"
            value={kind}
            onChange={setKind}
            data={PROGRAMS.map((value) => ({ value, label: t(`code.kinds.${value}`) }))}
          />
        </div>
      </div>
      <Text size="sm" c="dimmed">
        {t('code.hint')}
      </Text>
      <ProblemAlert error={template.error} />
      {template.data === undefined ? null : (
        <CodeBlock code={programOf(template.data, language, values)} label={t('code.label', { file: `${kind}.${FILES[language]}` })} heightMax="34rem" />
      )}
    </Stack>
  );
}
