import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FilterBar, TenantFilter, TextFilter } from '../../parts/FilterBar.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { useGo } from '../../parts/PathLink.js';
import { useFilters } from '../../parts/useFilters.js';
import { lettersPath } from './dead-letter-queries.js';
import { Groups } from './Groups.js';
import { Letters } from './Letters.js';
import { FILTERS, isListed, whichOf } from './which-of.js';

/** What was refused or not taken: by reason first, then one by one; sent again, changed, or discarded. */
export function DeadLettersPage() {
  const { t } = useTranslation('dead-letters');
  const filters = useFilters(FILTERS);
  const go = useGo();
  const which = whichOf(filters.values);
  const { tenant, client, reason } = which;
  const listed = isListed(filters.values);
  return (
    <>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        crumbs={reason === undefined ? undefined : [{ title: t('views.reasons'), to: lettersPath({ tenant, client }) }]}
      />
      <FilterBar filters={filters}>
        <TenantFilter filters={filters} name="tenant" />
        <TextFilter filters={filters} name="client" label={t('filters.client')} placeholder="ivanov" />
        {reason === undefined ? (
          <SegmentedControl
            aria-label={t('views.label')}
            value={listed ? 'each' : 'reasons'}
            onChange={(view) => go(lettersPath(which, view === 'each' ? 'each' : undefined))}
            data={[
              { value: 'reasons', label: t('views.reasons') },
              { value: 'each', label: t('views.each') },
            ]}
          />
        ) : null}
      </FilterBar>
      {/* Other letters are another list: nothing that was chosen goes over to it. */}
      {listed ? <Letters key={JSON.stringify(which)} which={which} /> : <Groups which={which} filtered={tenant !== undefined || client !== undefined} />}
    </>
  );
}
