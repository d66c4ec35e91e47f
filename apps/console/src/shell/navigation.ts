import {
  IconActivityHeartbeat,
  IconAdjustments,
  IconAffiliate,
  IconBroadcast,
  IconBuilding,
  IconClockPlay,
  IconDevices,
  IconFlask,
  IconHistory,
  IconLayoutDashboard,
  IconMailX,
  IconMessages,
  IconPhoneCall,
  IconRouteAltLeft,
  IconUsersGroup,
  IconWebhook,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Right } from '../api/session.js';

/** A page in the navigation; its text is `nav.<name>`. */
export interface Place {
  readonly name: string;
  readonly to: string;
  readonly icon: TablerIcon;
  /** Who sees it. */
  readonly right: Right;
}

export interface PlaceGroup {
  readonly name: string;
  readonly places: readonly Place[];
}

const anybody: Right = { role: 'viewer' };
const wholeViewer: Right = { role: 'viewer', whole: true };

/** All pages, grouped by what one comes for. */
export const NAVIGATION: readonly PlaceGroup[] = [
  {
    name: 'now',
    places: [
      { name: 'overview', to: '/', icon: IconLayoutDashboard, right: anybody },
      { name: 'tail', to: '/tail', icon: IconActivityHeartbeat, right: anybody },
      { name: 'why', to: '/why', icon: IconRouteAltLeft, right: anybody },
    ],
  },
  {
    name: 'traffic',
    places: [
      { name: 'messages', to: '/messages', icon: IconMessages, right: anybody },
      { name: 'dead-letters', to: '/dead-letters', icon: IconMailX, right: anybody },
      { name: 'scheduled', to: '/scheduled', icon: IconClockPlay, right: anybody },
      { name: 'calls', to: '/calls', icon: IconPhoneCall, right: anybody },
      { name: 'webhooks', to: '/webhooks', icon: IconWebhook, right: anybody },
    ],
  },
  {
    name: 'directory',
    places: [
      { name: 'tenants', to: '/tenants', icon: IconBuilding, right: anybody },
      { name: 'clients', to: '/clients', icon: IconDevices, right: anybody },
      { name: 'topics', to: '/topics', icon: IconBroadcast, right: anybody },
      { name: 'links', to: '/links', icon: IconAffiliate, right: wholeViewer },
      { name: 'try', to: '/try', icon: IconFlask, right: { role: 'operator' } },
    ],
  },
  {
    name: 'administration',
    places: [
      { name: 'audit', to: '/audit', icon: IconHistory, right: wholeViewer },
      { name: 'administrators', to: '/administrators', icon: IconUsersGroup, right: wholeViewer },
      { name: 'settings', to: '/settings', icon: IconAdjustments, right: wholeViewer },
    ],
  },
];

/** The place that a path belongs to: that of its longest beginning. A client belongs to the clients. */
export function placeOf(path: string): string | undefined {
  if (/^\/tenants\/[^/]+\/clients(\/|$)/.test(path)) return 'clients';
  const places = NAVIGATION.flatMap(({ places }) => places).filter(({ to }) => path === to || (to !== '/' && path.startsWith(`${to}/`)));
  return places.sort((a, b) => b.to.length - a.to.length)[0]?.name;
}
