import { useSearch } from '@tanstack/react-router';
import { WebhookList } from './WebhookList.js';
import { WebhookOne } from './WebhookOne.js';

/** Where messages are POSTed to: all of them, or the one that the address names. */
export function WebhooksPage() {
  const { tenant, client }: { readonly tenant?: string; readonly client?: string } = useSearch({ strict: false });
  if (tenant === undefined || tenant === '' || client === undefined || client === '') return <WebhookList />;
  // Another webhook is another page: nothing that was opened or typed goes over to it.
  return <WebhookOne key={`${client}@${tenant}`} place={{ tenant, client }} />;
}
