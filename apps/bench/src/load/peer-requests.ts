import { CLIENT_MARK, DATA_TEMPLATE, MarkedBytes } from './marked-bytes.js';

/** What a floor is sent for one client. */
export const peerPush = (): MarkedBytes => MarkedBytes.post('/push', `{"to":"client-${CLIENT_MARK}","data":${DATA_TEMPLATE}}`);

/** What a floor is sent for all clients. */
export const peerPushToAll = (): MarkedBytes => MarkedBytes.post('/all', `{"data":${DATA_TEMPLATE}}`);
