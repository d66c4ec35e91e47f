// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated
/* oxlint-disable */
// Generated from the server's OpenAPI document: npm run -w @vestnik/console generate
export interface paths {
    "/v1/tenants/{tenant}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a message
         * @description `202` means that it is on disk (unless `durable` is `false`). Tokens of clients with the scope `send` may call this too. A CloudEvent 1.0 is taken in structured and in binary mode.
         *
         *     For keys of the tenant with the scope `send`.
         */
        post: operations["sendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/messages/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends up to 1,000 messages
         * @description Each has an answer of its own, in order; one bad message fails none of the others.
         *
         *     For keys of the tenant with the scope `send`.
         */
        post: operations["sendBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/messages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A message and what became of it
         * @description For keys of the tenant with the scope `read`.
         */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        /**
         * Withdraws a message from all that have not acknowledged it
         * @description For keys of the tenant with the scope `send`.
         */
        delete: operations["withdrawMessage"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/messages/{id}/recipients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The recipients of a message, by page
         * @description For keys of the tenant with the scope `read`.
         */
        get: operations["listRecipients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/inbox/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A message whole, by its recipient
         * @description Where a session has `maxData`, larger messages come with a `dataRef` to this address instead of `data`.
         *
         *     For keys of the tenant with the scope `receive`.
         */
        get: operations["receivedMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Calls a client and waits for its answer
         * @description Of several sessions the one that last sent anything of its own is called. A call is never stored and never repeated by the bus; giving up the request cancels it. A `call-failed` has the called client’s own error in `error`. Tokens of clients with the scope `call` may call this too.
         *
         *     For keys of the tenant with the scope `call`.
         */
        post: operations["callClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A stream of what is pushed: server-sent events, or JSON lines
         * @description It does not end by itself. `Accept: application/x-ndjson` asks for JSON lines. What `connect` answers is in the header `Vestnik-Connected`. Receiving is not acknowledging: that is done by `rpc`, or with `ack=auto` by resuming. Tokens of clients with the scope `receive` may call this, and keys for their own client.
         *
         *     For keys of the tenant with the scope `receive`.
         */
        get: operations["openEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/inbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Long poll: what has come, or will have come within `wait` seconds
         * @description `after` acknowledges everything up to it, unless `ack=none`. Tokens of clients with the scope `receive` may call this, and keys for their own client.
         *
         *     For keys of the tenant with the scope `receive`.
         */
        get: operations["pollInbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/rpc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The methods of the sockets, for streams and polls: JSON-RPC 2.0
         * @description One call, or a batch of up to 100, carried out in order; also where a call that came by the stream or poll is answered. Which session it is for says `Vestnik-Session`, or `device`. Each method has its own scope. Tokens of clients with the scope `receive` may call this, and keys for their own client.
         *
         *     For keys of the tenant with the scope `receive`.
         */
        post: operations["callMethods"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the tenants
         * @description Administrators of single tenants see theirs.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["listTenants"];
        put?: never;
        /**
         * Makes a tenant
         * @description For administrators with the role `operator` or a higher one.
         */
        post: operations["createTenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One tenant with its settings
         * @description For keys of the tenant with the scope `manage`, and administrators from `viewer` on.
         */
        get: operations["getTenant"];
        put?: never;
        post?: never;
        /**
         * Removes a tenant with all that belongs to it
         * @description For administrators with the role `operator` or a higher one.
         */
        delete: operations["deleteTenant"];
        options?: never;
        head?: never;
        /**
         * Changes settings of a tenant
         * @description What is named is merged in; `null` puts the default back. A key with `manage` changes the settings of its own tenant, but not what limits the tenant: `suspended` and `rateLimits`. Administrators of single tenants change none of `maxDataBytes`, `maxInbox`, `rateLimits`, `retention`, `ttlMax`, `webhookAttempts` and `suspended`.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        patch: operations["changeTenant"];
        trace?: never;
    };
    "/v1/tenants/{tenant}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a tenant uses, beside what it may
         * @description For keys of the tenant with the scope `read`, and administrators from `viewer` on.
         */
        get: operations["getTenantUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the API keys
         * @description For keys of the tenant with the scope `manage`, and administrators from `viewer` on.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Makes an API key
         * @description The key is shown once. A key with `manage` may make keys of its own tenant, with no scope that it has not itself, none that outlives it, and for another client than its own only if it has `tokens`.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/keys/{key}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a key that replaces another
         * @description The new key has the title, client and scopes of the old one, which ends after `overlap` together with the tokens that it minted. `DELETE` ends it at once. A key with `manage` may rotate what it might have made.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes an API key
         * @description Its sessions, and those of tokens that it minted, end within 30 seconds.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        delete: operations["deleteKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mints a token for a client
         * @description It dies with the key that minted it. `broadcast` only if the key has it. Administrators from `operator` on mint tokens for at most an hour, which die when the administrator is gone, is no longer `operator`, or no longer one of this tenant; that is in the audit trail.
         *
         *     For keys of the tenant with the scope `tokens`, and administrators from `operator` on.
         */
        post: operations["mintToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the clients, with their sessions and devices
         * @description For keys of the tenant with the scope `read`, and administrators from `viewer` on.
         */
        get: operations["listClients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/clients/{client}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One client: presence, sessions, devices, how far behind
         * @description For keys of the tenant with the scope `read`, and administrators from `viewer` on.
         */
        get: operations["getClient"];
        put?: never;
        post?: never;
        /**
         * Forgets a client
         * @description Its sessions are closed, its positions go, and the data of its messages is overwritten.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        delete: operations["forgetClient"];
        options?: never;
        head?: never;
        /**
         * Gives a client a title
         * @description For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        patch: operations["changeClient"];
        trace?: never;
    };
    "/v1/tenants/{tenant}/clients/{client}/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Closes a session
         * @description It is closed with 4410; the client comes back after a minute.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        delete: operations["closeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/clients/{client}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuses all tokens of a client that were issued before now
         * @description Its sessions end within 30 seconds. A tenant whose clients’ tokens are signed elsewhere may revoke a client that was never seen.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        post: operations["revokeClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Looks for clients of all tenants: by name, by what connects them, by what waits for them
         * @description A page may hold fewer than `limit` and still have a `next`: one request looks through so many clients at most. What waits is counted in the background while somebody asks: `asOf` says how fresh it is; absent until it was counted the first time.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["browseClients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/clients/{client}/waiting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The direct messages that wait for a client, oldest first
         * @description Without receipts, which count for no inbox.
         *
         *     For keys of the tenant with the scope `read`, and administrators from `viewer` on.
         */
        get: operations["listWaiting"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/clients/{client}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends direct messages to a client again
         * @description Copies with ids of their own go to it, in the order in which the messages came; nobody gets receipts of them. What still waits for it comes anyway and is not copied, nor is what was withdrawn or collapsed, nor are copies. `next` is the `position` to go on from.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        post: operations["resendToClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/clients/{client}/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraws the direct messages that wait for a client
         * @description At most 1,000 a call. Senders get receipts as ever: `withdrawn`, with the reason.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        post: operations["purgeClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Looks for messages of all tenants, newest first
         * @description One request looks through so many messages at most: a page may hold fewer than `limit`, or none, and still have a `next`; `searchedTo` says how far back it came.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["findMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One message and its life, for each recipient and device, as far as this installation knows
         * @description Without its data. Administrators of single tenants see messages that their tenants sent, and their own recipients of others.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["getMessageLife"];
        put?: never;
        post?: never;
        /**
         * Withdraws a message, whoever sent it, from all that have not acknowledged it; cancels one that waits for its time
         * @description Administrators of single tenants withdraw what their tenants sent.
         *
         *     For administrators with the role `operator` or a higher one, those of single tenants included.
         */
        delete: operations["withdrawForAll"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/recipients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The recipients of a message by page; of topics and `*` each client
         * @description For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["listMessageRecipients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a message holds; that it was read is written down
         * @description For administrators with the role `operator` or a higher one, those of single tenants included.
         */
        get: operations["getMessageData"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/clients/{client}/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The webhook of a client, and how it goes
         * @description For keys of the tenant with the scope `manage`, and administrators from `viewer` on.
         */
        get: operations["getWebhook"];
        /**
         * Sets where what a client is sent is POSTed to
         * @description Messages go in order, calls at once, signed as Standard Webhooks has it. A 2xx acknowledges a message, and its body answers a call. A webhook that was paused begins again.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        put: operations["putWebhook"];
        post?: never;
        /**
         * Removes the webhook of a client
         * @description What the client is sent waits for it as before.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/clients/{client}/webhook/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begins again with a webhook that is paused or failing, at once
         * @description For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        post: operations["resumeWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/clients/{client}/webhook/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pauses a webhook until it is resumed
         * @description The node that serves it lets go at once; what is being POSTed just then may still be taken. What the client is sent waits for it.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        post: operations["pauseWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the webhooks of all tenants
         * @description Oldest first. With `search` a page looks through 20,000 webhooks at most: it may have few items, or none, while there is a `next`.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["listWebhooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the topics that were written to or subscribed to by name
         * @description For keys of the tenant with the scope `read`, and administrators from `viewer` on.
         */
        get: operations["listTopics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the topics of all tenants
         * @description By tenant and name. With `search` a page looks through 100,000 topics at most: it may have few items, or none, while there is a `next`.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["listTopicsEverywhere"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/topics/{topic}/subscribers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists who is subscribed to a topic
         * @description For keys of the tenant with the scope `read`, and administrators from `viewer` on.
         */
        get: operations["listSubscribers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/topics/{topic}/subscribers/{client}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Subscribes a client to a topic or pattern
         * @description Whatever the tenant’s `topics` rules let clients do. A client that was never seen becomes known: a group or a role is a topic whose subscribers the backend sets.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        put: operations["subscribeClient"];
        post?: never;
        /**
         * Ends a client’s subscription
         * @description For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        delete: operations["unsubscribeClient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Subscribes a client to a topic or pattern, named in the body
         * @description For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        put: operations["putSubscription"];
        post?: never;
        /**
         * Ends a client’s subscription, named in the body
         * @description For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        delete: operations["deleteSubscription"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists what was refused or could not be delivered
         * @description `data` is shown to keys with `read:data`, and to operators and owners.
         *
         *     For keys of the tenant with the scope `read`, and administrators from `viewer` on.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counts dead letters by tenant and reason, most first
         * @description Counted among the newest 100,000 dead letters that are asked for: what is older than these shows when they are gone.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["listDeadLetterGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the dead letters of all tenants, newest first
         * @description For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["listDeadLettersEverywhere"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One dead letter, with its data
         * @description That an administrator has looked is in the audit trail.
         *
         *     For keys of the tenant with the scope `read:data`, and administrators from `operator` on.
         */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        /**
         * Removes a dead letter
         * @description For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        delete: operations["deleteDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a dead letter again, to the client that could not take it
         * @description With another type or other data where the body names them. It comes from the same sender as before; that it was edited is in the audit trail.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        post: operations["replayDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends many dead letters again, oldest first
         * @description At most 1,000 a call. Those whose message is gone cannot be sent; they stay until they are discarded.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        post: operations["replayDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/dead-letters/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Removes many dead letters, oldest first
         * @description At most 1,000 a call.
         *
         *     For keys of the tenant with the scope `manage`, and administrators from `operator` on.
         */
        post: operations["discardDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/scheduled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists what waits for its time, soonest first
         * @description `DELETE /v1/messages/{id}` cancels one. With `from` or `to` a page looks through 20,000 messages at most: it may have few items, or none, while there is a `next`.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["listScheduled"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/invites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invites another installation to a link
         * @description The invite is used once, within 30 minutes and five tries.
         *
         *     For administrators with the role `owner`.
         */
        post: operations["createLinkInvite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the links to other installations, and how they go
         * @description For administrators with the role `viewer` or a higher one.
         */
        get: operations["listLinks"];
        put?: never;
        /**
         * Accepts the invite of another installation
         * @description The two are paired, and the link is pending until administrators on both sides have compared the words and confirmed.
         *
         *     For administrators with the role `owner`.
         */
        post: operations["acceptLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/{link}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says that both sides show the same six words
         * @description The link is active when both sides have said so. Its name is fixed from here on.
         *
         *     For administrators with the role `owner`.
         */
        post: operations["confirmLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/{link}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pauses a link: what is sent waits, and what comes is not taken
         * @description For administrators with the role `operator` or a higher one.
         */
        post: operations["pauseLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/{link}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Goes on with a link that is paused or quarantined
         * @description For administrators with the role `operator` or a higher one.
         */
        post: operations["resumeLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/{link}/transit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says whether an installation may reach our other neighbours through us
         * @description Two neighbours reach each other where it is allowed to both.
         *
         *     For administrators with the role `owner`.
         */
        post: operations["allowTransit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/{link}/quota": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sets how much may wait for the other side
         * @description Beyond it sends to that installation, and to those behind it, are refused with `inbox-full`. What waits already stays.
         *
         *     For administrators with the role `owner`.
         */
        post: operations["setLinkQuota"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/{link}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes a link, and all that is reached through it alone
         * @description What waits for them is refused to its senders. The connection ends within a heartbeat.
         *
         *     For administrators with the role `owner`.
         */
        delete: operations["deleteLink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The link keys by which other installations know this one
         * @description For administrators with the role `viewer` or a higher one.
         */
        get: operations["listLinkKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a new link key
         * @description The one before it counts until it expires or the next is made. Also done by itself every 60 days.
         *
         *     For administrators with the role `owner`.
         */
        post: operations["rotateLinkKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Takes a link key back
         * @description Every installation that hears of it refuses the key from then on. Where none would be left, a new one is made.
         *
         *     For administrators with the role `owner`.
         */
        delete: operations["deleteLinkKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/diagnose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Says why one address cannot reach another
         * @description Walks the way of a message through names, permissions, links, limits and sessions, as things stand now, and names the first thing that fails, and what mends it. Nothing is sent, and nobody becomes known by it. Administrators of single tenants name an address of a tenant of theirs on at least one side; of the other one they are told what a sender would be told.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["diagnose"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in
         * @description For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["whoAmI"];
        put?: never;
        /**
         * Signs in with name and password
         * @description Answers a cookie that counts for management calls over HTTP only.
         *
         *     Anybody may call this.
         */
        post: operations["signIn"];
        /**
         * Signs out
         * @description Anybody may call this.
         */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/administrators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the administrators
         * @description For administrators with the role `viewer` or a higher one.
         */
        get: operations["listAdministrators"];
        put?: never;
        /**
         * Makes an administrator
         * @description Roles: `viewer` reads; `operator` also changes tenants, keys and clients; `owner` also administrators. With `tenants` it sees and changes nothing of others, nor what reaches beyond a tenant.
         *
         *     For administrators with the role `owner`.
         */
        post: operations["createAdministrator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/administrators/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes an administrator
         * @description For administrators with the role `owner`.
         */
        delete: operations["deleteAdministrator"];
        options?: never;
        head?: never;
        /**
         * Changes role, tenants or password
         * @description Owners change everybody’s. Others change their own password, giving `currentPassword`. An account of the OpenID provider is changed there: `conflict`.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        patch: operations["changeAdministrator"];
        trace?: never;
    };
    "/v1/administrators/{name}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where an administrator is signed in
         * @description Owners see everybody’s, others their own.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["listAdministratorSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/administrators/{name}/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends a session of an administrator
         * @description Owners end everybody’s, others their own.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        delete: operations["endAdministratorSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/administrators/{name}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forgets failed tries to sign in
         * @description On all nodes, from all addresses.
         *
         *     For administrators with the role `owner`.
         */
        post: operations["unlockAdministrator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/administrator-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the keys of administrators
         * @description For administrators with the role `owner`.
         */
        get: operations["listAdministratorKeys"];
        put?: never;
        /**
         * Makes a key for scripts that administer the installation
         * @description It is one of the whole installation, with the rights of its role. It is shown once.
         *
         *     For administrators with the role `owner`.
         */
        post: operations["createAdministratorKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/administrator-keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes a key of administrators
         * @description For administrators with the role `owner`.
         */
        delete: operations["deleteAdministratorKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/ways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How one can sign in
         * @description Anybody may call this.
         */
        get: operations["signInWays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Signs in by the OpenID provider: sends the browser there
         * @description For a browser. What is to be remembered until it comes back stands in a signed cookie that holds for ten minutes.
         *
         *     Anybody may call this.
         */
        get: operations["beginOidc"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/oidc/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the OpenID provider sends the browser back to
         * @description Answers a page that leads on: to the console, signed in, or back to its sign-in page, which says by `?oidc=` why not (`refused`, `no-role`, `name-taken`, `expired`, `unavailable`). The status is then 401, 403, 409, 400 or 503.
         *
         *     Anybody may call this.
         */
        get: operations["oidcCallback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the installation does now and did in the last hour, and what needs attention
         * @description Kept in memory by each node that lives; a node that was started anew remembers nothing from before.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The nodes that live
         * @description One that does not answer within a second is left out.
         *
         *     For administrators with the role `viewer` or a higher one.
         */
        get: operations["listNodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Calls that are under way, and the last that have ended
         * @description As the nodes remember them, 1,000 each; newest first. What was said is never kept.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["listCalls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens now, as it happens
         * @description Server-sent events: `seen` `{at, node, kind, tenant, id?, from?, to?, type?, bytes?, reason?, session?, transport?, count?}`, and `skipped` `{count}` where more happened than the 50 a second that a node tells. Never what a message says.
         *
         *     For administrators with the role `viewer` or a higher one, those of single tenants included.
         */
        get: operations["openTail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who changed what, newest first
         * @description For administrators with the role `viewer` or a higher one.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The settings of this node as they took effect; secrets are masked
         * @description For administrators with the role `viewer` or a higher one.
         */
        get: operations["listSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description Anybody may call this.
         */
        get: operations["getDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/asyncapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is pushed, and the methods that clients call over sockets and streams
         * @description Anybody may call this.
         */
        get: operations["getAsyncApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/pair": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How an installation that was invited is paired with this one
         * @description Called by the other installation, not by people: `POST /v1/links` there calls it here. The proof of the invite’s secret stands in place of a key.
         *
         *     Anybody may call this.
         */
        post: operations["pairLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/socket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Plain WebSocket: JSON-RPC 2.0
         * @description Subprotocol `vestnik.v1.jsonrpc`. The first call is `connect`, or `?connect=auto` is taken as the call. Tokens of clients with the scope `receive` open it, and keys for their own client. Socket.IO is at path `/socket.io`, namespace `/tenants/{tenant}`.
         *
         *     For keys of the tenant with the scope `receive`.
         */
        get: operations["openSocket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process lives
         * @description Anybody may call this.
         */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The node can serve: Postgres is reachable, and it is not shutting down
         * @description Anybody may call this.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures for Prometheus
         * @description For administrators with the role `viewer` or a higher one.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    message: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A message to a client that has a webhook; the next one when this is taken */
        post: operations["postedMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    call: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A call of a client that has a webhook; tried once */
        post: operations["postedCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    gap: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Something may be missing; before all else */
        post: operations["postedGap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    connected: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hook `connect`: a session has opened */
        post: operations["postedConnected"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    disconnected: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hook `disconnect`: a session has ended */
        post: operations["postedDisconnected"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    sendRefused: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hook `send-refused`: a send, or one recipient of it, was refused */
        post: operations["postedSendRefused"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /** @description Problem details (RFC 9457). Programs switch on `type`. */
        Problem: {
            /** @enum {string} */
            type: "urn:vestnik:problem:request-invalid" | "urn:vestnik:problem:address-invalid" | "urn:vestnik:problem:message-invalid" | "urn:vestnik:problem:position-invalid" | "urn:vestnik:problem:unauthenticated" | "urn:vestnik:problem:token-expired" | "urn:vestnik:problem:forbidden" | "urn:vestnik:problem:scope-missing" | "urn:vestnik:problem:recipient-refused" | "urn:vestnik:problem:origin-refused" | "urn:vestnik:problem:url-refused" | "urn:vestnik:problem:not-found" | "urn:vestnik:problem:tenant-unknown" | "urn:vestnik:problem:data-too-large" | "urn:vestnik:problem:installation-unknown" | "urn:vestnik:problem:client-unknown" | "urn:vestnik:problem:client-offline" | "urn:vestnik:problem:method-unknown" | "urn:vestnik:problem:conflict" | "urn:vestnik:problem:position-expired" | "urn:vestnik:problem:idempotency-mismatch" | "urn:vestnik:problem:call-failed" | "urn:vestnik:problem:rate-limited" | "urn:vestnik:problem:inbox-full" | "urn:vestnik:problem:too-many-connections" | "urn:vestnik:problem:internal" | "urn:vestnik:problem:call-interrupted" | "urn:vestnik:problem:unavailable" | "urn:vestnik:problem:draining" | "urn:vestnik:problem:call-timeout" | "urn:vestnik:problem:storage-full" | "urn:vestnik:problem:too-slow" | "urn:vestnik:problem:replaced" | "urn:vestnik:problem:closed-by-administrator";
            title: string;
            status: number;
            /** @description What was wrong this time. */
            detail: string;
            instance?: string;
            /** @description Whether the same request may succeed later, unchanged. */
            retryable: boolean;
            /** @description Seconds to wait before the next try. */
            retryAfter?: number;
            /** @description The wrong fields. */
            errors?: {
                path: string;
                message: string;
            }[];
        };
        Message: {
            /** @description An address or a list of up to 1,000: `ivanov`, `ivanov@accounting`, `ivanov/7f3a`, `#orders/eu`, `*`. */
            to: string | string[];
            /** @description What kind of message this is, for the receiving program: `order.approved`. */
            type: string;
            /** @description Any JSON; passed on as it was sent. */
            data?: unknown;
            /** @description `false`: handed to whoever is connected now, kept nowhere. */
            durable?: boolean;
            /** @description Seconds until it expires. */
            ttl?: number;
            /** Format: date-time */
            deliverAt?: string;
            collapseKey?: string;
            correlationId?: string;
            /** @description `true`: the sender is told of the final state by a message. */
            receipt?: boolean;
            /** @description Idempotency key, kept for 24 hours. */
            key?: string;
            /** @description Of topics: the last such message is given to new subscribers that ask for it. */
            retain?: boolean;
            contentType?: string;
            traceparent?: string;
        };
        /** @description CloudEvents 1.0, JSON format. In binary mode the attributes are headers `ce-…`, and the body is the data. */
        CloudEvent: {
            /** @constant */
            specversion: "1.0";
            /** @description With `source` the idempotency key. */
            id: string;
            source: string;
            /** @description The type of the message. */
            type: string;
            /** @description An extension attribute: an address, or several with commas between them. */
            to: string;
            datacontenttype?: string;
            data?: unknown;
            data_base64?: string;
            ttl?: number;
            /** Format: date-time */
            deliverat?: string;
            collapsekey?: string;
            correlationid?: string;
            receipt?: boolean;
            durable?: boolean;
            retain?: boolean;
            traceparent?: string;
        } & {
            [key: string]: unknown;
        };
        SendAnswer: {
            /** Format: uuid */
            id: string;
            to: components["schemas"]["RecipientAnswer"][];
            /**
             * @description The key was used before; nothing was sent.
             * @constant
             */
            duplicate?: true;
        };
        RecipientAnswer: {
            /** @description Whole: `ivanov@demo.local`. */
            address: string;
            /** @enum {string} */
            state: "queued" | "scheduled" | "delivered" | "forwarded" | "refused";
            /** @description How many sessions the recipient has now; where presence may be told. */
            sessions?: number;
            /** @description Whether the tenant knew it before; where presence may be told. */
            known?: boolean;
            /** @description A problem, where this recipient refused. */
            error?: {
                [key: string]: unknown;
            };
        };
        MessageBatch: {
            messages: components["schemas"]["Message"][];
        };
        MessageStatus: {
            /** Format: uuid */
            id: string;
            /** @description Whole: `ivanov@demo.local`. */
            from: string;
            type: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            sentAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            expiresAt?: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            deliverAt?: string;
            correlationId?: string;
            /** @description With the scope `read:data` only. */
            data?: unknown;
            to: components["schemas"]["RecipientStatus"][];
            /** @description Of topics and `*`: how many recipients are in which state. */
            counts?: {
                [key: string]: number;
            };
        };
        RecipientStatus: {
            /** @description Whole: `ivanov@demo.local`. */
            address: string;
            /** @enum {string} */
            state: "scheduled" | "queued" | "forwarded" | "delivered" | "acknowledged" | "read" | "refused" | "expired" | "collapsed" | "withdrawn";
            /**
             * Format: date-time
             * @description When the state was reached; RFC 3339.
             */
            at?: string;
            /**
             * Format: date-time
             * @description Of one at another installation: when that had it on its disk.
             */
            arrivedAt?: string;
            reason?: string;
            devices?: {
                device?: string;
                /** @enum {string} */
                state: "delivered" | "acknowledged";
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 */
                at?: string;
                attempts?: number;
            }[];
            error?: {
                [key: string]: unknown;
            };
        };
        WithdrawResult: {
            to: {
                /** @description Whole: `ivanov@demo.local`. */
                address: string;
                /** @enum {string} */
                state: "scheduled" | "queued" | "forwarded" | "delivered" | "acknowledged" | "read" | "refused" | "expired" | "collapsed" | "withdrawn";
            }[];
        };
        DeliveredMessage: {
            /**
             * Format: uuid
             * @description UUIDv7, the bus’s own.
             */
            id: string;
            /** @description Opaque; on durable messages only. */
            position?: string;
            /** @description Whole address of the sender. */
            from: string;
            /** @description Whole address that it was sent to. */
            to: string;
            type: string;
            /** @description Any JSON, as it was sent. */
            data?: unknown;
            /**
             * Format: date-time
             * @description RFC 3339, milliseconds, UTC.
             */
            sentAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            expiresAt?: string;
            correlationId?: string;
            /** @description Of `data` when it is base64 of something binary. */
            contentType?: string;
            traceparent?: string;
            /**
             * @description It may have been handed over before.
             * @constant
             */
            redelivered?: true;
            /**
             * @description Kept, and handed over because a subscription asked for it.
             * @constant
             */
            replay?: true;
            /** @description In place of `data` that is larger than the session’s `maxData`: a path for GET. */
            dataRef?: string;
        };
        Call: {
            /** @description An address: `ivanov`, `ivanov@accounting`, `ivanov/7f3a`; with `answer: "all"` also `#topic` and `*`. */
            to: string;
            /** @description What the called client is asked to do: `openForm`. */
            method: string;
            /** @description Any JSON; passed on as it was sent. */
            params?: unknown;
            /** @description Seconds; 15 unless said. */
            timeout?: number;
            /**
             * @description `first`: all sessions are called and the first result counts; `all`: every answer is told.
             * @enum {string}
             */
            answer?: "one" | "first" | "all";
        };
        CallResult: {
            /** @description Any JSON, as the called client sent it. */
            result: unknown;
            /** @description Whole address of the session that answered: `ivanov@demo.local/7f3a`. */
            from: string;
        } | {
            answers: components["schemas"]["CallAnswer"][];
            /** @description How many sessions gave no answer in time; 0 for another tenant that does not allow `presence`. */
            missing: number;
        };
        CallAnswer: {
            /** @description Whole address of the session that answered: `ivanov@demo.local/7f3a`. */
            from: string;
            /** @description Any JSON, as the called client sent it. */
            result: unknown;
        } | {
            /** @description Whole address of the session that answered: `ivanov@demo.local/7f3a`. */
            from: string;
            /** @description The error of the called client, as it sent it. */
            error: unknown;
        };
        InboxPage: {
            messages: components["schemas"]["DeliveredMessage"][];
            /** @description How far this page reaches: the `after` of the next poll. */
            position: string;
            events: {
                method: string;
                params: {
                    [key: string]: unknown;
                };
                /** @description Of a call: by which its answer comes back. */
                id?: string;
            }[];
            gap?: components["schemas"]["Gap"];
        };
        Gap: {
            /** @enum {string} */
            reason: "expired-from-log" | "restored";
            /** @description Opaque; given out by the bus. */
            from: string;
            /** @description Opaque; given out by the bus. */
            to: string;
        };
        /** @description A call of a method, or the answer to a call of the bus, as JSON-RPC 2.0 has them. */
        RpcCall: {
            /** @constant */
            jsonrpc: "2.0";
            /** @description Absent: nothing is answered. */
            id?: string | number | null;
            method?: string;
            params?: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        RpcAnswer: {
            /** @constant */
            jsonrpc: "2.0";
            id: string | number | null;
            result?: unknown;
            error?: {
                code: number;
                message: string;
                data?: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        NewTenant: {
            /** @description Named like a DNS label. */
            name: string;
            title?: string | null;
            ttl?: number | null;
            ttlMax?: number | null;
            retention?: number | null;
            maxDataBytes?: number | null;
            maxInbox?: number | null;
            unknownClients?: ("accept" | "refuse") | null;
            rateLimits?: {
                perTenant?: number | null;
                perKey?: number | null;
                perClient?: number | null;
                perAddress?: number | null;
            } | null;
            accepts?: (string | components["schemas"]["AcceptRule"])[] | null;
            clientsMay?: ("tenant" | "installation" | "anywhere") | null;
            topics?: components["schemas"]["TopicRule"][] | null;
            jwt?: components["schemas"]["JwtSettingsInput"] | null;
            origins?: string[] | null;
            hooks?: components["schemas"]["HooksInput"] | null;
            webhookAttempts?: number | null;
            suspended?: boolean | null;
        };
        AcceptRule: {
            /** @description Who: `*@sales`, `orders@sales.hq`; `*` stands for one label, or any client. */
            from: string;
            /** @description What for. */
            allow: ("send" | "call" | "presence" | "topics" | "broadcast")[];
            /** @description For which addresses of this tenant; absent: all. */
            to?: string[];
        };
        TopicRule: {
            /** @description `+` stands for one level, `#` at the end for any number. */
            pattern: string;
            /** @description `clients`, `backend` or a list of names. */
            subscribe?: ("clients" | "backend") | string[];
            /** @description `clients`, `backend` or a list of names. */
            publish?: ("clients" | "backend") | string[];
        };
        /** @description How the tenant signs its clients’ tokens. What is left out stays as it was. */
        JwtSettingsInput: {
            algorithms?: ("HS256" | "RS256" | "ES256" | "EdDSA")[];
            /** @description Key ids by which tokens name their key. */
            keyIds?: string[];
            /** @description `true`: `aud` may be the bare tenant. */
            bareAudience?: boolean;
            /** @description Of HS256: text of 32 bytes or more. Never answered back. */
            secret?: string;
            /** @description A JWKS document with public keys. */
            jwks?: {
                [key: string]: unknown;
            };
            /** @description Where the JWKS document is fetched. */
            jwksUrl?: string;
        };
        /** @description Where the tenant is told what happens, by signed POSTs, best effort. What is left out stays as it was. */
        HooksInput: {
            /** @description https; no private address unless an administrator allows it. */
            url?: string;
            /** @description `whsec_` and 24 to 64 bytes in base64. Never answered back. */
            secret?: string;
            /** @description What is told; absent: all. */
            on?: ("connect" | "disconnect" | "send-refused")[];
        };
        Tenant: {
            name: string;
            title?: string;
            /** Format: date-time */
            createdAt: string;
            ttl: number;
            ttlMax: number;
            retention: number;
            maxDataBytes: number;
            maxInbox: number;
            /** @enum {string} */
            unknownClients: "accept" | "refuse";
            rateLimits: {
                perTenant?: number;
                perKey?: number;
                perClient?: number;
                perAddress?: number;
            };
            accepts: {
                from: string;
                allow: ("send" | "call" | "presence" | "topics" | "broadcast")[];
                to?: string[];
            }[];
            /** @enum {string} */
            clientsMay: "tenant" | "installation" | "anywhere";
            topics: {
                pattern: string;
                subscribe: ("clients" | "backend") | string[];
                publish: ("clients" | "backend") | string[];
            }[];
            jwt?: {
                algorithms: string[];
                keyIds: string[];
                jwksUrl?: string;
                bareAudience: boolean;
                hasSecret: boolean;
                hasJwks: boolean;
            };
            origins?: string[];
            hooks?: {
                url: string;
                on: ("connect" | "disconnect" | "send-refused")[];
            };
            webhookAttempts: number;
            suspended: boolean;
        };
        TenantPatch: {
            title?: string | null;
            ttl?: number | null;
            ttlMax?: number | null;
            retention?: number | null;
            maxDataBytes?: number | null;
            maxInbox?: number | null;
            unknownClients?: ("accept" | "refuse") | null;
            rateLimits?: {
                perTenant?: number | null;
                perKey?: number | null;
                perClient?: number | null;
                perAddress?: number | null;
            } | null;
            accepts?: (string | components["schemas"]["AcceptRule"])[] | null;
            clientsMay?: ("tenant" | "installation" | "anywhere") | null;
            topics?: components["schemas"]["TopicRule"][] | null;
            jwt?: components["schemas"]["JwtSettingsInput"] | null;
            origins?: string[] | null;
            hooks?: components["schemas"]["HooksInput"] | null;
            webhookAttempts?: number | null;
            suspended?: boolean | null;
        };
        TenantUsage: {
            /** @description Clients that are known, counted to 250,000. */
            clients: number;
            /** @description Clients that have a session now, on any node. */
            online: number;
            /** @description Sessions that are open now, on any node. */
            sessions: number;
            /** @description Direct messages that nobody has acknowledged; of one client at most 10,000 are counted. */
            waiting: number;
            /** Format: date-time */
            oldestWaitingAt?: string;
            /** @description Dead letters, counted to 100,000. */
            deadLetters: number;
            /** @description Messages that wait for their time, counted to 100,000. */
            scheduled: number;
            /** @description Topics, counted to 100,000. */
            topics: number;
            /** @description Webhooks, counted to 100,000. */
            webhooks: number;
            /** @description API keys that have not expired. */
            keys: number;
            /** @description About how many messages of its senders are kept; an estimate from the statistics of the database. */
            storedMessages: number;
            lastDay?: {
                /** @description About how many messages were accepted; an estimate as above. */
                accepted: number;
            };
            limits: {
                /** @description Direct messages that may wait for one client. */
                maxInbox: number;
                maxDataBytes: number;
                rateLimits: {
                    perTenant?: number;
                    perKey?: number;
                    perClient?: number;
                    perAddress?: number;
                };
                /** @description Messages that may wait for their time. */
                scheduled: number;
            };
        };
        NewKey: {
            /** @description For people: what the key is for. */
            title: string;
            /** @description The client under whose name the key speaks; default `server`. */
            client?: string;
            scopes: ("send" | "call" | "tokens" | "read" | "read:data" | "manage" | "broadcast")[];
            /** Format: date-time */
            expiresAt?: string;
        };
        KeyShown: {
            id: string;
            title: string;
            client: string;
            scopes: ("send" | "call" | "tokens" | "read" | "read:data" | "manage" | "broadcast")[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt?: string;
            /** Format: date-time */
            lastUsedAt?: string;
            /** @description The id of the key that it was made to replace. */
            replaces?: string;
            /** @description The key itself: shown this once, kept nowhere. */
            key: string;
        };
        Key: {
            id: string;
            title: string;
            client: string;
            scopes: ("send" | "call" | "tokens" | "read" | "read:data" | "manage" | "broadcast")[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt?: string;
            /** Format: date-time */
            lastUsedAt?: string;
            /** @description The id of the key that it was made to replace. */
            replaces?: string;
        };
        KeyRotation: {
            /**
             * @description Seconds for which the old key counts beside the new one.
             * @default 86400
             */
            overlap: number;
            /** @description When the new key ends; `null`: never; absent: it lives as long as the old one was made for. */
            expiresAt?: string | null;
        };
        NewToken: {
            /** @description Whose token it is. */
            client: string;
            /**
             * @description Seconds until it expires.
             * @default 3600
             */
            ttl: number;
            /** @description What the token may do: a list, or one string with spaces between; default `receive send call subscribe presence history`. */
            scope?: ("receive" | "send" | "call" | "subscribe" | "presence" | "history" | "broadcast")[] | string;
        };
        Token: {
            token: string;
            /** Format: date-time */
            expiresAt: string;
        };
        Client: {
            client: string;
            /** @description Whole. */
            address: string;
            title?: string;
            online: boolean;
            sessions: components["schemas"]["Session"][];
            devices: components["schemas"]["Device"][];
            /** @description How many messages no device has acknowledged, counted to 1,000. Of one client only, not in lists. */
            behind?: number;
            /** @description How many direct messages nobody has acknowledged, counted to 10,000. Of one client only, not in lists. */
            waiting?: number;
            /**
             * @description How its webhook does, where it has one. Of one client only, not in lists.
             * @enum {string}
             */
            webhook?: "active" | "failing" | "paused";
            /** @description Topics and patterns that it is subscribed to. Of one client only, not in lists. */
            subscriptions?: string[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            seenAt?: string;
            /**
             * Format: date-time
             * @description Tokens that were issued before are refused.
             */
            revokedBefore?: string;
        };
        Session: {
            /** @description `client/session@…` reaches it alone. */
            session: string;
            device?: string;
            transport: string;
            app?: string;
            status?: string;
            address?: string;
            /** Format: date-time */
            since: string;
        };
        Device: {
            /** @description Absent: the position that sessions without a device share. */
            device?: string;
            /**
             * Format: date-time
             * @description When its position last moved.
             */
            movedAt: string;
            /** @description Up to where it has acknowledged; opaque. Of one client only, not in lists. */
            position?: string;
            /** @description Up to where it was handed messages; opaque. Of one client only, not in lists. */
            delivered?: string;
            /** @description How many messages it has not acknowledged, counted to 1,000. */
            behind?: number;
        };
        ClientPatch: {
            /** @description For people; `null` removes it. */
            title: string | null;
        };
        BrowsedClient: {
            tenant: string;
            client: string;
            /** @description Whole. */
            address: string;
            title?: string;
            online: boolean;
            sessions: number;
            /** @description Of its sessions. */
            transports: string[];
            /** @description Of its sessions. */
            apps: string[];
            /** @description Direct messages that nobody has acknowledged, counted to 10,000. Absent until it was counted. */
            waiting?: number;
            /** Format: date-time */
            oldestWaitingAt?: string;
            /** Format: date-time */
            seenAt?: string;
            /** @description How its connection was lost last, within the last hour. */
            dropped?: {
                /** Format: date-time */
                at: string;
                reason: string;
            };
            /** @enum {string} */
            webhook?: "active" | "failing" | "paused";
            /** Format: date-time */
            createdAt: string;
        };
        WaitingMessage: {
            /** Format: uuid */
            id: string;
            /** @description Opaque. */
            position: string;
            from: string;
            to: string;
            type: string;
            /** @description Of its data. */
            bytes: number;
            /** Format: date-time */
            sentAt: string;
            /** Format: date-time */
            expiresAt: string;
            /** @description How often it was handed over; absent where it never was. */
            attempts?: number;
        };
        Resend: {
            /** @description Those after this position. */
            position?: string;
            /**
             * Format: date-time
             * @description Those that came since.
             */
            since?: string;
            /**
             * Format: date-time
             * @description Those that came before.
             */
            until?: string;
            /** @default 100 */
            limit: number;
        };
        Purge: Record<string, never>;
        FoundMessage: {
            /** Format: uuid */
            id: string;
            /** @description The sender’s; absent where it came from another installation. */
            tenant?: string;
            from: string;
            /** @description The first five. */
            to: string[];
            /** @description How many addresses. */
            recipients: number;
            type: string;
            /** Format: date-time */
            sentAt: string;
            /**
             * @description Of the first recipient that has no final state, else of the last one; of the first 20 of them.
             * @enum {string}
             */
            state: "scheduled" | "queued" | "forwarded" | "delivered" | "acknowledged" | "read" | "refused" | "expired" | "collapsed" | "withdrawn";
            correlationId?: string;
            /** Format: date-time */
            deliverAt?: string;
            /** @description Of its data. */
            bytes: number;
        };
        MessageLife: {
            /** Format: uuid */
            id: string;
            /** @description The sender’s; absent where it came from another installation. */
            tenant?: string;
            from: string;
            type: string;
            /** Format: date-time */
            sentAt: string;
            /** Format: date-time */
            deliverAt?: string;
            /** Format: date-time */
            expiresAt?: string;
            correlationId?: string;
            collapseKey?: string;
            contentType?: string;
            traceparent?: string;
            /** @description Whether the sender asked for receipts. */
            receipt: boolean;
            /** @description Of its data. */
            bytes: number;
            /** @description Whether its data is base64 of something binary. */
            binary: boolean;
            /** @description The installation that it came from, where that is not this one. */
            origin?: string;
            /** @description The first hundred. */
            recipients: components["schemas"]["MessageRecipient"][];
            /** @description Of topics and `*`: how many clients are in which state. */
            counts?: {
                [key: string]: number;
            };
            /** @description There are more recipients than are shown. */
            more?: boolean;
        };
        MessageRecipient: {
            address: string;
            tenant?: string;
            /** @description Where the recipient is. */
            installation: string;
            /** @enum {string} */
            state: "scheduled" | "queued" | "forwarded" | "delivered" | "acknowledged" | "read" | "refused" | "expired" | "collapsed" | "withdrawn";
            reason?: string;
            /** Format: date-time */
            at?: string;
            /** @description In the order of time. */
            timeline: components["schemas"]["MessageStep"][];
        };
        MessageStep: {
            /**
             * Format: date-time
             * @description Absent where the time is not known.
             */
            at?: string;
            /** @enum {string} */
            what: "accepted" | "scheduled" | "queued" | "forwarded" | "arrived" | "delivered" | "acknowledged" | "read" | "refused" | "expired" | "collapsed" | "withdrawn";
            device?: string;
            /** @description How often it was handed over, or POSTed to a webhook. */
            attempts?: number;
            /** @description Where, if not here. */
            installation?: string;
            reason?: string;
        };
        MessageData: {
            data: unknown;
            /** @description Of `data` when it is base64 of something binary. */
            contentType?: string;
        };
        NewWebhook: {
            /** @description https; no private address unless an administrator allows it. */
            url: string;
            /** @description `whsec_` and 24 to 64 bytes in base64; absent: the one before stays, or one is made and shown once. */
            secret?: string;
            /**
             * @description `json-rpc`: what the WebSocket would carry; `cloudevents`: CloudEvents 1.0, structured mode.
             * @default json-rpc
             * @enum {string}
             */
            format: "json-rpc" | "cloudevents";
        };
        WebhookSet: {
            client: string;
            url: string;
            /** @enum {string} */
            format: "json-rpc" | "cloudevents";
            /**
             * @description `failing`: the last attempt was in vain, and what waits is tried again; `paused`: nothing is tried until it is resumed.
             * @enum {string}
             */
            state: "active" | "failing" | "paused";
            /** @description Why it is paused. */
            reason?: string;
            lastError?: string;
            /** @description How often the message that is first in line was tried in vain. */
            failures: number;
            /** Format: date-time */
            nextAttemptAt?: string;
            /**
             * Format: date-time
             * @description Since when nothing was taken.
             */
            downSince?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            changedAt: string;
            /** @description Only where it was made just now: it is not shown again. */
            secret?: string;
        };
        Webhook: {
            client: string;
            url: string;
            /** @enum {string} */
            format: "json-rpc" | "cloudevents";
            /**
             * @description `failing`: the last attempt was in vain, and what waits is tried again; `paused`: nothing is tried until it is resumed.
             * @enum {string}
             */
            state: "active" | "failing" | "paused";
            /** @description Why it is paused. */
            reason?: string;
            lastError?: string;
            /** @description How often the message that is first in line was tried in vain. */
            failures: number;
            /** Format: date-time */
            nextAttemptAt?: string;
            /**
             * Format: date-time
             * @description Since when nothing was taken.
             */
            downSince?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            changedAt: string;
        };
        WebhookPause: {
            /** @description Why, for those who come after. */
            reason?: string;
        };
        ListedWebhook: {
            client: string;
            url: string;
            /** @enum {string} */
            format: "json-rpc" | "cloudevents";
            /**
             * @description `failing`: the last attempt was in vain, and what waits is tried again; `paused`: nothing is tried until it is resumed.
             * @enum {string}
             */
            state: "active" | "failing" | "paused";
            /** @description Why it is paused. */
            reason?: string;
            lastError?: string;
            /** @description How often the message that is first in line was tried in vain. */
            failures: number;
            /** Format: date-time */
            nextAttemptAt?: string;
            /**
             * Format: date-time
             * @description Since when nothing was taken.
             */
            downSince?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            changedAt: string;
            tenant: string;
            /** @description Direct messages that the client has not acknowledged, counted to 10,000. */
            waiting: number;
        };
        Topic: {
            topic: string;
            /** @description Clients that are subscribed to it, by its name or by a pattern. */
            subscribers: number;
            /**
             * Format: date-time
             * @description When a durable message last came.
             */
            lastAt?: string;
            /** @description Id of the message that new subscribers may ask for. */
            retained?: string;
        };
        ListedTopic: {
            topic: string;
            /** @description Clients that are subscribed to it, by its name or by a pattern; counted to 1,000, of patterns among the first 20,000. */
            subscribers: number;
            /**
             * Format: date-time
             * @description When a durable message last came.
             */
            lastAt?: string;
            /** @description Id of the message that new subscribers may ask for. */
            retained?: string;
            tenant: string;
        };
        Subscriber: {
            client: string;
            /** @description The topic, or the pattern by which the client is subscribed to it. */
            pattern: string;
        };
        SubscriptionAnswer: {
            topic: string;
            client: string;
        };
        Subscription: {
            /** @description A topic such as `orders/eu`, or a pattern: `+` stands for one level, `#` at the end for any number. */
            topic: string;
            client: string;
        };
        DeadLetter: {
            id: string;
            /** @description Who could not take it. */
            client: string;
            messageId: string;
            from: string;
            type: string;
            reason: string;
            /** Format: date-time */
            at: string;
            /** @description With the scope `read:data` only. */
            data?: unknown;
        };
        /** @description Dead letters of one tenant with the same reason, counted among the newest 100,000 that are asked for. */
        DeadLetterGroup: {
            tenant: string;
            reason: string;
            count: number;
            /** @description Of how many clients. */
            clients: number;
            /** @description Types of its messages, at most 5: of the newest 20. */
            types: string[];
            /** Format: date-time */
            oldestAt: string;
            /** Format: date-time */
            newestAt: string;
        };
        ListedDeadLetter: {
            id: string;
            /** @description Who could not take it. */
            client: string;
            messageId: string;
            from: string;
            type: string;
            reason: string;
            /** Format: date-time */
            at: string;
            tenant: string;
            /** @description Of its data, as it was sent; 0 where the message is gone. */
            bytes: number;
        };
        DeadLetterWithData: {
            id: string;
            /** @description Who could not take it. */
            client: string;
            messageId: string;
            from: string;
            type: string;
            reason: string;
            /** Format: date-time */
            at: string;
            tenant: string;
            /** @description Of its data, as it was sent; 0 where the message is gone. */
            bytes: number;
            /** @description As it was sent. */
            data: unknown;
            /** @description Where it has one, `data` is base64 in a string. */
            contentType?: string;
            correlationId?: string;
            /** Format: date-time */
            sentAt?: string;
        };
        /** @description What is to be different this time; without a body the message goes as it was. */
        DeadLetterEdit: {
            /** @description In place of the type it had. */
            type?: string;
            /** @description In place of the data it had; passed on as it was sent. With a `contentType` it is base64 in a string. */
            data?: unknown;
        };
        /** @description Which dead letters of the tenant: those that fit all that is named; nothing named: all. */
        WhichDeadLetters: {
            /** @description These only, where they fit the rest. */
            ids?: string[];
            /** @description Of this client only. */
            client?: string;
            /** @description With this reason only, word by word. */
            reason?: string;
        };
        ScheduledMessage: {
            id: string;
            /** @description The sender’s. */
            tenant: string;
            from: string;
            /** @description The first 5 of its addresses. */
            to: string[];
            /** @description How many addresses it has. */
            recipients: number;
            type: string;
            /** Format: date-time */
            deliverAt: string;
            /** Format: date-time */
            sentAt: string;
            /** @description Of its data, as it was sent. */
            bytes: number;
        };
        LinkInvite: {
            /** @description To be pasted at the other side. It is a secret, and shown this once. */
            invite: string;
            /** Format: date-time */
            expiresAt: string;
        };
        AcceptedInvite: {
            /** @description The word that was made at the other side, whole. */
            invite: string;
            /** @description What the other installation is called here, in addresses; absent: what it calls itself. */
            name?: string;
        };
        Link: {
            /** @description Of the other installation: derived from its root key. */
            id: string;
            /** @description What it is called here. */
            name: string;
            /** @description What it calls itself. */
            proposedName: string;
            /**
             * @description `pending`: not confirmed by both sides; `paused`: what is sent waits, and what comes is not taken.
             * @enum {string}
             */
            state: "pending" | "active" | "paused";
            connected: boolean;
            /**
             * Format: date-time
             * @description Since when it is connected, or not.
             */
            since?: string;
            /** @enum {string} */
            dialledBy?: "us" | "them";
            /** @enum {string} */
            transport?: "websocket" | "exchange";
            /** @description Where it is dialled; absent: only it can dial. */
            url?: string;
            /** @description Six words that are the same on both sides, if and only if nobody stands between. */
            words: string;
            confirmedHere: boolean;
            confirmedThere: boolean;
            /** @description Whether it may reach our other neighbours through us, and they it. */
            transit: boolean;
            /** @description Why nothing is taken from it any more. */
            quarantined?: string;
            /** @description How much may wait for it. */
            quota: {
                messages: number;
                bytes: number;
            };
            /** @description What waits for it, and for those that are reached through it. */
            queue: {
                messages: number;
                bytes: number;
                /** Format: date-time */
                oldestAt?: string;
            };
            /** @description Messages a second. */
            rate?: {
                in: number;
                out: number;
            };
            /** @description Milliseconds. */
            roundTrip?: number;
            lastError?: string;
            /** Format: date-time */
            lastErrorAt?: string;
            epoch?: number;
            /** @description The node that works for it. */
            node?: string;
            /** @description Its link keys that count, newest first. */
            keys: components["schemas"]["LinkKey"][];
            /** @description Installations that are reached through it; absent where there are none. */
            behind?: {
                installations: number;
                /** @description How they are written in addresses; the first 50. */
                names: string[];
            };
            /** Format: date-time */
            createdAt: string;
        };
        LinkKey: {
            key: string;
            /** Format: date-time */
            expiresAt: string;
        };
        LinkConfirmation: {
            /** @description What it is called here from now on; absent: as it is. */
            name?: string;
        };
        LinkTransit: {
            allow: boolean;
        };
        LinkQuota: {
            messages: number;
            bytes: number;
        };
        LinkKeys: {
            /** @description This installation’s id; absent where links were never used here. */
            id?: string;
            /** @description The keys that count, newest first; the newest signs. */
            keys: components["schemas"]["LinkKey"][];
        };
        Diagnosis: {
            from: string;
            to: string;
            /** @enum {string} */
            use: "send" | "call" | "presence";
            /**
             * @description How `from` was taken to show who it is.
             * @enum {string}
             */
            as: "key" | "token";
            /** @description Whether nothing fails. */
            reachable: boolean;
            /** @description Which of the steps, from 0, fails first. */
            firstFailure?: number;
            /** @description In the order in which a message meets them. */
            steps: components["schemas"]["DiagnosisStep"][];
        };
        DiagnosisStep: {
            /** @enum {string} */
            step: "from-address" | "to-address" | "from-tenant" | "from-client" | "rate-limits" | "from-rights" | "link" | "link-queue" | "to-tenant" | "to-accepts" | "to-client" | "to-inbox" | "to-subscribers" | "to-sessions" | "to-webhook" | "to-progress" | "reverse";
            /** @description What was looked at. */
            subject: string;
            /**
             * @description `warning`: it goes on, though perhaps not as one expects; `skipped`: it does not come to it, or it cannot be known.
             * @enum {string}
             */
            verdict: "ok" | "warning" | "fails" | "skipped";
            /** @description Whole sentences: what is, why it matters, what to do. */
            detail: string;
            /** @description What was found. */
            facts?: {
                [key: string]: unknown;
            };
            /** @description The page of the console that mends it, below `/console`. */
            page?: string;
            /**
             * @description What would mend it.
             * @enum {string}
             */
            action?: "correct-address" | "create-tenant" | "unsuspend-tenant" | "create-key" | "mint-token" | "let-clients-write" | "change-topic-rules" | "raise-limit" | "pair-link" | "confirm-link" | "resume-link" | "check-link" | "raise-link-quota" | "allow-sender" | "create-client" | "raise-inbox" | "connect-client" | "subscribe-client" | "resume-webhook" | "check-webhook" | "check-client";
        };
        SignIn: {
            name: string;
            password: string;
        };
        SignedIn: {
            name: string;
            /** @enum {string} */
            role: "owner" | "operator" | "viewer";
            /** @description The tenants that it administers; absent: the whole installation. */
            tenants?: string[];
            /**
             * Format: date-time
             * @description When the session ends, or the key; absent for a key that does not.
             */
            expiresAt?: string;
            /** @description `true`: an account of the OpenID provider, without a password here. */
            oidc?: boolean;
            /** @description `true`: by a key, not by a session. */
            byKey?: boolean;
            /** @description The name of this installation. */
            installation: string;
            /** @description Of the node that answers. */
            version: string;
        };
        Administrator: {
            name: string;
            /** @enum {string} */
            role: "owner" | "operator" | "viewer";
            /** @description The tenants that it administers; absent: the whole installation. */
            tenants?: string[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastSignInAt?: string;
            /** @description `true`: after failed tries signing in has to wait, from one address at least, at the node that answers. */
            locked?: boolean;
            /** @description `true`: an account of the OpenID provider, which decides on its role. */
            oidc?: boolean;
        };
        NewAdministrator: {
            name: string;
            password: string;
            /** @enum {string} */
            role: "owner" | "operator" | "viewer";
            /** @description The tenants that it is to administer, as operator or viewer; absent: the whole installation. */
            tenants?: string[];
        };
        AdministratorPatch: {
            /** @enum {string} */
            role?: "owner" | "operator" | "viewer";
            /** @description `null`: the whole installation. */
            tenants?: string[] | null;
            /** @description Ends all sessions of the administrator but the one that asks. */
            password?: string;
            /** @description To change one’s own password without being an owner. */
            currentPassword?: string;
        };
        ChangedAdministrator: {
            name: string;
            /** @enum {string} */
            role: "owner" | "operator" | "viewer";
            /** @description The tenants that it administers; absent: the whole installation. */
            tenants?: string[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastSignInAt?: string;
            /** @description `true`: after failed tries signing in has to wait, from one address at least, at the node that answers. */
            locked?: boolean;
            /** @description `true`: an account of the OpenID provider, which decides on its role. */
            oidc?: boolean;
            /** @description What became of its sessions, where the password was replaced. */
            sessions?: {
                /** @description How many were ended. */
                ended: number;
                /** @description Whether the one that asked was kept. */
                kept: boolean;
            };
        };
        AdministratorSession: {
            id: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string;
            /**
             * Format: date-time
             * @description To the minute.
             */
            lastSeenAt?: string;
            /** @description From where it was opened. */
            address?: string;
            /** @description With what it was opened, as that says of itself: `Firefox 128 on Windows`. */
            browser?: string;
            /** @description Whether it is the one that asks. */
            current: boolean;
        };
        NewAdministratorKey: {
            /** @description For people: what the key is for. */
            title: string;
            /** @enum {string} */
            role: "owner" | "operator" | "viewer";
            /** Format: date-time */
            expiresAt?: string;
        };
        AdministratorKeyShown: {
            id: string;
            title: string;
            /** @enum {string} */
            role: "owner" | "operator" | "viewer";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt?: string;
            /** Format: date-time */
            lastUsedAt?: string;
            /** @description The key itself: shown this once, kept nowhere. */
            key: string;
        };
        AdministratorKey: {
            id: string;
            title: string;
            /** @enum {string} */
            role: "owner" | "operator" | "viewer";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt?: string;
            /** Format: date-time */
            lastUsedAt?: string;
        };
        SignInWays: {
            /** @description By name and password. */
            password: boolean;
            /** @description By the OpenID provider, where there is one. */
            oidc?: {
                /** @description What stands on the button. */
                title: string;
                /** @description Where the browser is sent to sign in. */
                url: string;
            };
        };
        Stats: {
            /** Format: date-time */
            at: string;
            /** @description Absent for administrators of single tenants. */
            now?: {
                sessions: number;
                /** @description Durable messages, by recipients; topics and * count once. */
                accepted: number;
                /** @description A second, in the mean of the last 10 s. */
                transient: number;
                /** @description Handed to sessions. */
                delivered: number;
                /** @description By sessions. */
                acknowledged: number;
                /** @description At the door, or by the recipient. */
                refused: number;
                /** @description A second, in the mean of the last 10 s. */
                expired: number;
                /** @description A second, in the mean of the last 10 s. */
                calls: number;
                /** @description Sends that wait for their commit. */
                intakeWaiting: number;
            };
            /** @description The last hour, as the nodes that live now remember it. Absent for administrators of single tenants. */
            series?: {
                /**
                 * Format: date-time
                 * @description Where the first step begins.
                 */
                from: string;
                /** @description Seconds. */
                step: number;
                sessions: number[];
                /** @description A second, in the mean of each step; oldest first. */
                accepted: number[];
                /** @description A second, in the mean of each step; oldest first. */
                transient: number[];
                /** @description A second, in the mean of each step; oldest first. */
                delivered: number[];
                /** @description A second, in the mean of each step; oldest first. */
                acknowledged: number[];
                /** @description A second, in the mean of each step; oldest first. */
                refused: number[];
                /** @description A second, in the mean of each step; oldest first. */
                expired: number[];
                /** @description A second, in the mean of each step; oldest first. */
                calls: number[];
            };
            /** @description Absent for administrators of single tenants. */
            hour?: {
                /** @description In the last hour. */
                accepted: number;
                /** @description In the last hour. */
                delivered: number;
                /** @description In the last hour. */
                acknowledged: number;
                /** @description In the last hour. */
                refused: number;
                /** @description In the last hour. */
                expired: number;
            };
            /** @description What waits for clients. */
            waiting: {
                /** @description Direct messages that nobody has acknowledged; of one client 10,000 are counted at most. */
                messages: number;
                /** @description For whom they wait. */
                clients: number;
                oldest?: {
                    /** Format: date-time */
                    at: string;
                    tenant: string;
                    client: string;
                };
                /**
                 * Format: date-time
                 * @description When this was counted.
                 */
                asOf?: string;
            };
            /** @description Absent for administrators of single tenants. */
            nodes?: number;
            tenants: number;
            /** @description Absent for administrators of single tenants. */
            links?: {
                id: string;
                name: string;
                state: string;
                connected: boolean;
                queue: {
                    messages: number;
                    bytes: number;
                    /** Format: date-time */
                    oldestAt?: string;
                };
            }[];
            /** @description Absent for administrators of single tenants. */
            postgres?: {
                version: string;
                embedded: boolean;
                /** @description How long one commit took just now, measured for this answer. */
                commitMs: number;
                sizeBytes: number;
                /** @description Of the tables that are cut into pieces by age. */
                partitions: number;
                /** @description The largest, with their indexes. */
                tables: {
                    name: string;
                    bytes: number;
                }[];
            };
            /** @description What somebody should look at, the most pressing first. */
            attention: components["schemas"]["Attention"][];
        };
        Attention: {
            /** @enum {string} */
            kind: "link-down" | "link-quarantined" | "link-pending" | "webhook-paused" | "webhook-failing" | "dead-letters" | "client-behind" | "key-expiring" | "commit-slow" | "intake-full";
            /** @enum {string} */
            severity: "warning" | "critical";
            tenant?: string;
            /** @description Whom it concerns: a client, a link, a key. */
            subject?: string;
            count?: number;
            detail?: string;
            /** Format: date-time */
            since?: string;
            /** @description Where in the console it is mended; a path below /console. */
            page: string;
        };
        Node: {
            /** @description Random, new at every start. */
            node: string;
            /** @description Whether it answered this call. */
            self: boolean;
            host: string;
            version: string;
            /** Format: date-time */
            startedAt: string;
            sessions: number;
            /** @description Resident. */
            memoryBytes: number;
            /** @description Share of one core, over the last 10 s. */
            cpu: number;
            /** @description How late its event loop was, in the mean. */
            loopDelayMs: number;
            intakeWaiting: number;
            /** @description `false` while it is shutting down. */
            accepting: boolean;
        };
        RecentCall: {
            id: string;
            node: string;
            from: string;
            to: string;
            /** @description Of whoever called; absent where that is another installation. */
            tenant?: string;
            method: string;
            /** @enum {string} */
            answer: "one" | "first" | "all";
            /** Format: date-time */
            startedAt: string;
            /** @enum {string} */
            state: "open" | "answered" | "failed";
            /** @description So far, where it is open. */
            durationMs?: number;
            /** @description The slug of what it failed with. */
            problem?: string;
        };
        AuditEntry: {
            id: number;
            /** Format: date-time */
            at: string;
            /** @description `administrator:<name>` or `key:<id>@<tenant>`. */
            who: string;
            address?: string;
            action: string;
            subject: string;
            before?: unknown;
            after?: unknown;
        };
        Setting: {
            name: string;
            value: unknown;
            /** @description Where it came from. */
            source?: string;
            description?: string;
            secret: boolean;
            /** @description Absent where there is none, or where it depends on others. */
            default?: unknown;
            /** @description Whether it was set to something else than the default. */
            differs: boolean;
            /** @description What it belongs to: `network`, `storage`, `security`, `limits`, `sign-in`, `log`. */
            group?: string;
        };
        PairingQuestion: {
            /** @description The lowest and highest version of links that are spoken. */
            versions: [
                number,
                number
            ];
            /** @description The installation’s id. */
            id: string;
            /** @description Its root Ed25519 public key; base64url. */
            root: string;
            /** @description The list of its link keys, signed by the root key. */
            keys: string;
            /** @description 32 random bytes; base64url. */
            nonce: string;
            /** @description What it calls itself. */
            name: string;
            /** @description Where it can be dialled. */
            url?: string;
            /** @description HMAC-SHA-256 that proves the invite’s secret; base64url. */
            proof: string;
            /** @description By which the invite is found; base64url. */
            word: string;
        };
        PairingAnswer: {
            /** @description The lowest and highest version of links that are spoken. */
            versions: [
                number,
                number
            ];
            /** @description The installation’s id. */
            id: string;
            /** @description Its root Ed25519 public key; base64url. */
            root: string;
            /** @description The list of its link keys, signed by the root key. */
            keys: string;
            /** @description 32 random bytes; base64url. */
            nonce: string;
            /** @description What it calls itself. */
            name: string;
            /** @description Where it can be dialled. */
            url?: string;
            /** @description HMAC-SHA-256 that proves the invite’s secret; base64url. */
            proof: string;
        };
        MessageEvent: {
            /** @constant */
            specversion: "1.0";
            id: string;
            /** @description `urn:vestnik:` and the sender’s address. */
            source: string;
            type: string;
            /** @description The address that it was sent to. */
            subject?: string;
            /** Format: date-time */
            time: string;
            datacontenttype: string;
            data?: unknown;
            /** @description Where the message has a `contentType`. */
            data_base64?: string;
            position?: string;
            correlationid?: string;
            /** Format: date-time */
            expiresat?: string;
            /** @constant */
            redelivered?: true;
            traceparent?: string;
        };
        CallParams: {
            /** @description Whole address of the caller. */
            from: string;
            method: string;
            /** @description Any JSON, as the caller sent it. */
            params: unknown;
            /**
             * Format: date-time
             * @description RFC 3339: after this nobody waits for the answer.
             */
            deadline: string;
        };
        HookSession: {
            /** @description Whole. */
            client: string;
            session: string;
            device?: string;
            transport: string;
            app?: string;
            address?: string;
        };
        HookRefusal: {
            from: string;
            to?: string;
            /** @enum {string} */
            problem: "request-invalid" | "address-invalid" | "message-invalid" | "position-invalid" | "unauthenticated" | "token-expired" | "forbidden" | "scope-missing" | "recipient-refused" | "origin-refused" | "url-refused" | "not-found" | "tenant-unknown" | "data-too-large" | "installation-unknown" | "client-unknown" | "client-offline" | "method-unknown" | "conflict" | "position-expired" | "idempotency-mismatch" | "call-failed" | "rate-limited" | "inbox-full" | "too-many-connections" | "internal" | "call-interrupted" | "unavailable" | "draining" | "call-timeout" | "storage-full" | "too-slow" | "replaced" | "closed-by-administrator";
            detail: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    sendMessage: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The same as `key` in the message.
                 * @example k-1
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "to": "ivanov",
                 *       "type": "order.approved",
                 *       "data": {
                 *         "order": "A-17",
                 *         "sum": 1200.5
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Message"];
                /**
                 * @example {
                 *       "specversion": "1.0",
                 *       "id": "A-17",
                 *       "source": "/shop",
                 *       "type": "order.approved",
                 *       "to": "ivanov",
                 *       "data": {
                 *         "order": "A-17",
                 *         "sum": 1200.5
                 *       }
                 *     }
                 */
                "application/cloudevents+json": components["schemas"]["CloudEvent"];
            };
        };
        responses: {
            /** @description Accepted for at least one recipient. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *       "to": [
                     *         {
                     *           "address": "ivanov@demo.local",
                     *           "state": "queued",
                     *           "sessions": 1,
                     *           "known": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SendAnswer"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. `address-invalid`: The address is not well formed. `message-invalid`: The message is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. `recipient-refused`: The recipient does not accept this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. `client-unknown`: The tenant does not know this client. `client-offline`: The client has no session now. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-mismatch`: The key was used for another message. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. `inbox-full`: The recipient has too many unacknowledged messages. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. `draining`: This node is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage-full`: The database has no room. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "messages": [
                 *         {
                 *           "to": "ivanov",
                 *           "type": "order.approved",
                 *           "data": {
                 *             "order": "A-17",
                 *             "sum": 1200.5
                 *           }
                 *         },
                 *         {
                 *           "to": "petrov",
                 *           "type": "order.approved",
                 *           "data": {
                 *             "order": "A-18"
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["MessageBatch"];
                /**
                 * @example [
                 *       {
                 *         "specversion": "1.0",
                 *         "id": "A-17",
                 *         "source": "/shop",
                 *         "type": "order.approved",
                 *         "to": "ivanov",
                 *         "data": {
                 *           "order": "A-17",
                 *           "sum": 1200.5
                 *         }
                 *       },
                 *       {
                 *         "specversion": "1.0",
                 *         "id": "A-18",
                 *         "source": "/shop",
                 *         "type": "order.approved",
                 *         "to": "petrov",
                 *         "data": {
                 *           "order": "A-17",
                 *           "sum": 1200.5
                 *         }
                 *       }
                 *     ]
                 */
                "application/cloudevents-batch+json": components["schemas"]["CloudEvent"][];
            };
        };
        responses: {
            /** @description The answers: each as of one message, or a problem. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *           "to": [
                     *             {
                     *               "address": "ivanov@demo.local",
                     *               "state": "queued",
                     *               "sessions": 1,
                     *               "known": true
                     *             }
                     *           ]
                     *         },
                     *         {
                     *           "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e12",
                     *           "to": [
                     *             {
                     *               "address": "ivanov@demo.local",
                     *               "state": "queued",
                     *               "sessions": 1,
                     *               "known": true
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        results: (components["schemas"]["SendAnswer"] | {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. `draining`: This node is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage-full`: The database has no room. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Id, as it was answered.
                 * @example 0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message; its `data` with the scope `read:data`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *       "from": "server@demo.local",
                     *       "type": "order.approved",
                     *       "sentAt": "2026-11-22T06:22:00.123Z",
                     *       "to": [
                     *         {
                     *           "address": "ivanov@demo.local",
                     *           "state": "acknowledged",
                     *           "at": "2026-11-22T06:22:00.456Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["MessageStatus"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. `draining`: This node is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdrawMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Id, as it was answered.
                 * @example 0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where it stands now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "to": [
                     *         {
                     *           "address": "ivanov@demo.local",
                     *           "state": "withdrawn"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WithdrawResult"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. `draining`: This node is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRecipients: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Id, as it was answered.
                 * @example 0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of recipients. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "address": "ivanov@demo.local",
                     *           "state": "acknowledged",
                     *           "at": "2026-11-22T06:22:00.456Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["RecipientStatus"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. `draining`: This node is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receivedMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Id, as it was answered.
                 * @example 0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message as it is delivered. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *       "position": "BaxllyC",
                     *       "from": "server@demo.local",
                     *       "to": "ivanov@demo.local",
                     *       "type": "order.approved",
                     *       "data": {
                     *         "order": "A-17"
                     *       },
                     *       "sentAt": "2026-11-22T06:22:00.123Z",
                     *       "expiresAt": "2026-11-29T06:22:00.123Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DeliveredMessage"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. `draining`: This node is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    callClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "to": "ivanov",
                 *       "method": "openForm",
                 *       "params": {
                 *         "order": "A-17"
                 *       },
                 *       "timeout": 5
                 *     }
                 */
                "application/json": components["schemas"]["Call"];
            };
        };
        responses: {
            /** @description The client has answered. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "result": {
                     *         "opened": true
                     *       },
                     *       "from": "ivanov@demo.local/7f3a"
                     *     }
                     */
                    "application/json": components["schemas"]["CallResult"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. `address-invalid`: The address is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. `recipient-refused`: The recipient does not accept this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. `client-offline`: The client has no session now. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `call-failed`: The called client answered with an error. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `call-interrupted`: The session that was called is gone; the call may have been carried out. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. `draining`: This node is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `call-timeout`: The call was not answered in time. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openEvents: {
        parameters: {
            query?: {
                device?: string;
                status?: string;
                window?: number;
                maxData?: number;
                app?: string;
                session?: string;
                after?: string;
                ack?: "auto" | "none";
                /** @description A client token, never a key, where no header can be sent (a browser’s `EventSource`). */
                access_token?: string;
            };
            header?: {
                /** @description The position that the stream goes on from; before `after`. */
                "Last-Event-ID"?: string;
            };
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 2000
                     *
                     *     event: message
                     *     id: BaxllyC
                     *     data: {"id":"0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11","position":"BaxllyC","from":"server@demo.local","to":"ivanov@demo.local","type":"order.approved","data":{"order":"A-17","sum":1200.5},"sentAt":"2026-11-22T06:22:00.123Z","expiresAt":"2026-11-29T06:22:00.123Z"}
                     */
                    "text/event-stream": string;
                    /** @example {"jsonrpc":"2.0","method":"message","params":{"id":"0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11","position":"BaxllyC","from":"server@demo.local","to":"ivanov@demo.local","type":"order.approved","data":{"order":"A-17","sum":1200.5},"sentAt":"2026-11-22T06:22:00.123Z","expiresAt":"2026-11-29T06:22:00.123Z"}} */
                    "application/x-ndjson": string;
                };
            };
            /** @description `request-invalid`: The request is not well formed. `position-invalid`: The position was not given out by this bus. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. `origin-refused`: Web pages of this origin are not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. `too-many-connections`: Too many connections. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. `draining`: This node is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pollInbox: {
        parameters: {
            query?: {
                device?: string;
                status?: string;
                window?: number;
                maxData?: number;
                app?: string;
                session?: string;
                after?: string;
                ack?: "auto" | "none";
                wait?: number;
                limit?: number;
                idle?: number;
                /** @description A client token, never a key, where no header can be sent (a browser’s `EventSource`). */
                access_token?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page; empty where nothing came. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "messages": [
                     *         {
                     *           "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *           "position": "BaxllyC",
                     *           "from": "server@demo.local",
                     *           "to": "ivanov@demo.local",
                     *           "type": "order.approved",
                     *           "data": {
                     *             "order": "A-17",
                     *             "sum": 1200.5
                     *           },
                     *           "sentAt": "2026-11-22T06:22:00.123Z",
                     *           "expiresAt": "2026-11-29T06:22:00.123Z"
                     *         }
                     *       ],
                     *       "position": "BaxllyC",
                     *       "events": []
                     *     }
                     */
                    "application/json": components["schemas"]["InboxPage"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. `position-invalid`: The position was not given out by this bus. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. `origin-refused`: Web pages of this origin are not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. `too-many-connections`: Too many connections. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. `draining`: This node is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    callMethods: {
        parameters: {
            query?: {
                device?: string;
            };
            header?: {
                /**
                 * @description The word that the session was given by `session`.
                 * @example desk
                 */
                "Vestnik-Session"?: string;
            };
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "jsonrpc": "2.0",
                 *       "id": 1,
                 *       "method": "send",
                 *       "params": {
                 *         "to": "petrov",
                 *         "type": "order.seen",
                 *         "data": {
                 *           "order": "A-17"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RpcCall"] | components["schemas"]["RpcCall"][];
            };
        };
        responses: {
            /** @description Results and errors, as they were asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "jsonrpc": "2.0",
                     *       "id": 1,
                     *       "result": {
                     *         "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *         "to": [
                     *           {
                     *             "address": "petrov@demo.local",
                     *             "state": "queued",
                     *             "sessions": 0,
                     *             "known": true
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["RpcAnswer"] | components["schemas"]["RpcAnswer"][];
                };
            };
            /** @description Nothing was asked: notifications, and answers to calls. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. `origin-refused`: Web pages of this origin are not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. `draining`: This node is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTenants: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description A part of the name or of the title. */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tenants, by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "accounting",
                     *           "title": "Accounting",
                     *           "createdAt": "2026-11-22T06:22:00.123Z",
                     *           "ttl": 604800,
                     *           "ttlMax": 31622400,
                     *           "retention": 2592000,
                     *           "maxDataBytes": 262144,
                     *           "maxInbox": 100000,
                     *           "unknownClients": "accept",
                     *           "rateLimits": {},
                     *           "accepts": [
                     *             {
                     *               "from": "*@sales",
                     *               "allow": [
                     *                 "send",
                     *                 "call"
                     *               ]
                     *             }
                     *           ],
                     *           "clientsMay": "anywhere",
                     *           "topics": [],
                     *           "webhookAttempts": 12,
                     *           "suspended": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Tenant"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTenant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "accounting",
                 *       "title": "Accounting",
                 *       "accepts": [
                 *         "*@sales"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewTenant"];
            };
        };
        responses: {
            /** @description The tenant. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "accounting",
                     *       "title": "Accounting",
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "ttl": 604800,
                     *       "ttlMax": 31622400,
                     *       "retention": 2592000,
                     *       "maxDataBytes": 262144,
                     *       "maxInbox": 100000,
                     *       "unknownClients": "accept",
                     *       "rateLimits": {},
                     *       "accepts": [
                     *         {
                     *           "from": "*@sales",
                     *           "allow": [
                     *             "send",
                     *             "call"
                     *           ]
                     *         }
                     *       ],
                     *       "clientsMay": "anywhere",
                     *       "topics": [],
                     *       "webhookAttempts": 12,
                     *       "suspended": false
                     *     }
                     */
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tenant. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "accounting",
                     *       "title": "Accounting",
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "ttl": 604800,
                     *       "ttlMax": 31622400,
                     *       "retention": 2592000,
                     *       "maxDataBytes": 262144,
                     *       "maxInbox": 100000,
                     *       "unknownClients": "accept",
                     *       "rateLimits": {},
                     *       "accepts": [
                     *         {
                     *           "from": "*@sales",
                     *           "allow": [
                     *             "send",
                     *             "call"
                     *           ]
                     *         }
                     *       ],
                     *       "clientsMay": "anywhere",
                     *       "topics": [],
                     *       "webhookAttempts": 12,
                     *       "suspended": false
                     *     }
                     */
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ttl": 86400,
                 *       "accepts": [
                 *         "*@sales",
                 *         {
                 *           "from": "orders@crm",
                 *           "allow": [
                 *             "send",
                 *             "presence"
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["TenantPatch"];
            };
        };
        responses: {
            /** @description The tenant as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "accounting",
                     *       "title": "Accounting",
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "ttl": 604800,
                     *       "ttlMax": 31622400,
                     *       "retention": 2592000,
                     *       "maxDataBytes": 262144,
                     *       "maxInbox": 100000,
                     *       "unknownClients": "accept",
                     *       "rateLimits": {},
                     *       "accepts": [
                     *         {
                     *           "from": "*@sales",
                     *           "allow": [
                     *             "send",
                     *             "call"
                     *           ]
                     *         }
                     *       ],
                     *       "clientsMay": "anywhere",
                     *       "topics": [],
                     *       "webhookAttempts": 12,
                     *       "suspended": false
                     *     }
                     */
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenantUsage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it uses. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "clients": 1204,
                     *       "online": 311,
                     *       "sessions": 340,
                     *       "waiting": 52,
                     *       "oldestWaitingAt": "2026-11-21T22:10:00.000Z",
                     *       "deadLetters": 3,
                     *       "scheduled": 17,
                     *       "topics": 40,
                     *       "webhooks": 2,
                     *       "keys": 5,
                     *       "storedMessages": 181000,
                     *       "lastDay": {
                     *         "accepted": 9200
                     *       },
                     *       "limits": {
                     *         "maxInbox": 100000,
                     *         "maxDataBytes": 262144,
                     *         "rateLimits": {
                     *           "perTenant": 500
                     *         },
                     *         "scheduled": 100000
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["TenantUsage"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys, without the keys themselves. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "k7f3a91c",
                     *           "title": "Backend of the shop",
                     *           "client": "server",
                     *           "scopes": [
                     *             "send",
                     *             "tokens",
                     *             "read"
                     *           ],
                     *           "createdAt": "2026-11-22T06:22:00.123Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Key"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Backend of the shop",
                 *       "scopes": [
                 *         "send",
                 *         "tokens",
                 *         "read"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description The key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k7f3a91c",
                     *       "title": "Backend of the shop",
                     *       "client": "server",
                     *       "scopes": [
                     *         "send",
                     *         "tokens",
                     *         "read"
                     *       ],
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "key": "vk_Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgcmVhbCBrZXkgYXQgYWxs"
                     *     }
                     */
                    "application/json": components["schemas"]["KeyShown"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Id of the key, as lists have it.
                 * @example k7f3a91c
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "overlap": 3600
                 *     }
                 */
                "application/json": components["schemas"]["KeyRotation"];
            };
        };
        responses: {
            /** @description The new key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k91ca7f3",
                     *       "title": "Backend of the shop",
                     *       "client": "server",
                     *       "scopes": [
                     *         "send",
                     *         "tokens",
                     *         "read"
                     *       ],
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "replaces": "k7f3a91c",
                     *       "key": "vk_Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgcmVhbCBrZXkgYXQgYWxs"
                     *     }
                     */
                    "application/json": components["schemas"]["KeyShown"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Id of the key, as lists have it.
                 * @example k7f3a91c
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It counts no longer. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mintToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "client": "ivanov"
                 *     }
                 */
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            /** @description The token. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJpdmFub3YifQ.signature",
                     *       "expiresAt": "2026-11-22T07:22:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listClients: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Part of the name or title. */
                search?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of clients. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "client": "ivanov",
                     *           "address": "ivanov@demo.local",
                     *           "title": "Ivanov Ivan",
                     *           "online": true,
                     *           "sessions": [
                     *             {
                     *               "session": "7f3a",
                     *               "transport": "websocket",
                     *               "app": "desk 1.4",
                     *               "since": "2026-11-22T06:22:00.123Z"
                     *             }
                     *           ],
                     *           "devices": [
                     *             {
                     *               "movedAt": "2026-11-22T06:25:00.000Z"
                     *             }
                     *           ],
                     *           "createdAt": "2026-11-20T08:00:00.000Z",
                     *           "seenAt": "2026-11-22T06:22:00.123Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Client"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "client": "ivanov",
                     *       "address": "ivanov@demo.local",
                     *       "title": "Ivanov Ivan",
                     *       "online": true,
                     *       "sessions": [
                     *         {
                     *           "session": "7f3a",
                     *           "transport": "websocket",
                     *           "app": "desk 1.4",
                     *           "since": "2026-11-22T06:22:00.123Z"
                     *         }
                     *       ],
                     *       "devices": [
                     *         {
                     *           "movedAt": "2026-11-22T06:25:00.000Z",
                     *           "position": "BaxllyA",
                     *           "delivered": "BaxllyC",
                     *           "behind": 2
                     *         }
                     *       ],
                     *       "behind": 2,
                     *       "waiting": 2,
                     *       "subscriptions": [
                     *         "orders/#"
                     *       ],
                     *       "createdAt": "2026-11-20T08:00:00.000Z",
                     *       "seenAt": "2026-11-22T06:22:00.123Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Client"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. `client-unknown`: The tenant does not know this client. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forgetClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is forgotten. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. `client-unknown`: The tenant does not know this client. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Ivanov Ivan"
                 *     }
                 */
                "application/json": components["schemas"]["ClientPatch"];
            };
        };
        responses: {
            /** @description The client. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "client": "ivanov",
                     *       "address": "ivanov@demo.local",
                     *       "title": "Ivanov Ivan",
                     *       "online": true,
                     *       "sessions": [
                     *         {
                     *           "session": "7f3a",
                     *           "transport": "websocket",
                     *           "app": "desk 1.4",
                     *           "since": "2026-11-22T06:22:00.123Z"
                     *         }
                     *       ],
                     *       "devices": [
                     *         {
                     *           "movedAt": "2026-11-22T06:25:00.000Z",
                     *           "position": "BaxllyA",
                     *           "delivered": "BaxllyC",
                     *           "behind": 2
                     *         }
                     *       ],
                     *       "behind": 2,
                     *       "waiting": 2,
                     *       "subscriptions": [
                     *         "orders/#"
                     *       ],
                     *       "createdAt": "2026-11-20T08:00:00.000Z",
                     *       "seenAt": "2026-11-22T06:22:00.123Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Client"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. `client-unknown`: The tenant does not know this client. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    closeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
                /**
                 * @description The session’s own word.
                 * @example 7f3a
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is closed, or will be at once. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. `client-unknown`: The tenant does not know this client. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They count no longer. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. `client-unknown`: The tenant does not know this client. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    browseClients: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Part of the name or title. */
                search?: string;
                /** @description Of this tenant only. */
                tenant?: string;
                /** @description Those that have a session over it now. */
                transport?: string;
                /** @description Those that have a session of an application whose name begins so. */
                app?: string;
                online?: "true" | "false";
                /** @description Those that have so many messages waiting, or more. */
                behind?: number;
                /** @description Those whose connection broke, or was ended as too slow or dead, within the last hour. */
                dropped?: "true" | "false";
                /** @description `behind`: most waiting first; `seen`: seen last first. */
                sort?: "name" | "behind" | "seen";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of clients. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "tenant": "demo",
                     *           "client": "ivanov",
                     *           "address": "ivanov@demo.local",
                     *           "title": "Ivanov Ivan",
                     *           "online": true,
                     *           "sessions": 1,
                     *           "transports": [
                     *             "websocket"
                     *           ],
                     *           "apps": [
                     *             "desk 1.4"
                     *           ],
                     *           "waiting": 2,
                     *           "oldestWaitingAt": "2026-11-22T06:21:00.000Z",
                     *           "seenAt": "2026-11-22T06:22:00.123Z",
                     *           "createdAt": "2026-11-20T08:00:00.000Z"
                     *         }
                     *       ],
                     *       "asOf": "2026-11-22T06:22:05.000Z"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["BrowsedClient"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                        /**
                         * Format: date-time
                         * @description When what waits was counted.
                         */
                        asOf?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWaiting: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *           "position": "BaxllyC",
                     *           "from": "server@demo.local",
                     *           "to": "ivanov@demo.local",
                     *           "type": "order.approved",
                     *           "bytes": 29,
                     *           "sentAt": "2026-11-22T06:22:00.123Z",
                     *           "expiresAt": "2026-11-29T06:22:00.123Z",
                     *           "attempts": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["WaitingMessage"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. `client-unknown`: The tenant does not know this client. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resendToClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "since": "2026-11-22T06:00:00.000Z",
                 *       "limit": 100
                 *     }
                 */
                "application/json": components["schemas"]["Resend"];
            };
        };
        responses: {
            /** @description So many copies are on disk. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "messages": 12,
                     *       "more": false,
                     *       "next": "BaxllyC"
                     *     }
                     */
                    "application/json": {
                        messages: number;
                        /** @description Whether there are more of them: call again. */
                        more: boolean;
                        /** @description Position of the last message that was looked at. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. `position-invalid`: The position was not given out by this bus. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. `client-unknown`: The tenant does not know this client. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `inbox-full`: The recipient has too many unacknowledged messages. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    purgeClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["Purge"];
            };
        };
        responses: {
            /** @description So many wait no longer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "messages": 2,
                     *       "more": false
                     *     }
                     */
                    "application/json": {
                        messages: number;
                        /** @description Whether there are more of them: call again. */
                        more: boolean;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. `client-unknown`: The tenant does not know this client. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    findMessages: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description What this tenant sent or received. */
                tenant?: string;
                id?: string;
                correlationId?: string;
                /** @description The whole address of the sender, or without the installation: `server@demo`. */
                from?: string;
                /** @description A recipient as it was written to: `ivanov@demo`, `#orders/eu@demo`, `*@demo`, `anna@sales.branch-7`. */
                to?: string;
                type?: string;
                state?: "scheduled" | "queued" | "forwarded" | "delivered" | "acknowledged" | "read" | "refused" | "expired" | "collapsed" | "withdrawn";
                since?: string;
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *           "tenant": "demo",
                     *           "from": "server@demo.local",
                     *           "to": [
                     *             "ivanov@demo.local"
                     *           ],
                     *           "recipients": 1,
                     *           "type": "order.approved",
                     *           "sentAt": "2026-11-22T06:22:00.123Z",
                     *           "state": "acknowledged",
                     *           "correlationId": "A-17",
                     *           "bytes": 29
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["FoundMessage"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                        /**
                         * Format: date-time
                         * @description All that is newer was looked through; absent where everything was.
                         */
                        searchedTo?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMessageLife: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id, as it was answered.
                 * @example 0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *       "tenant": "demo",
                     *       "from": "server@demo.local",
                     *       "type": "order.approved",
                     *       "sentAt": "2026-11-22T06:22:00.123Z",
                     *       "expiresAt": "2026-11-29T06:22:00.123Z",
                     *       "correlationId": "A-17",
                     *       "receipt": true,
                     *       "bytes": 29,
                     *       "binary": false,
                     *       "recipients": [
                     *         {
                     *           "address": "ivanov@demo.local",
                     *           "tenant": "demo",
                     *           "installation": "local",
                     *           "state": "acknowledged",
                     *           "at": "2026-11-22T06:22:01.000Z",
                     *           "timeline": [
                     *             {
                     *               "at": "2026-11-22T06:22:00.123Z",
                     *               "what": "accepted"
                     *             },
                     *             {
                     *               "at": "2026-11-22T06:22:00.123Z",
                     *               "what": "queued"
                     *             },
                     *             {
                     *               "at": "2026-11-22T06:22:00.456Z",
                     *               "what": "delivered",
                     *               "device": "phone",
                     *               "attempts": 1
                     *             },
                     *             {
                     *               "at": "2026-11-22T06:22:01.000Z",
                     *               "what": "acknowledged",
                     *               "device": "phone"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["MessageLife"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdrawForAll: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id, as it was answered.
                 * @example 0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where it stands now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "to": [
                     *         {
                     *           "address": "ivanov@demo.local",
                     *           "state": "withdrawn"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WithdrawResult"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMessageRecipients: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Id, as it was answered.
                 * @example 0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of recipients. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "address": "ivanov@demo.local",
                     *           "tenant": "demo",
                     *           "installation": "local",
                     *           "state": "acknowledged",
                     *           "at": "2026-11-22T06:22:01.000Z",
                     *           "timeline": [
                     *             {
                     *               "at": "2026-11-22T06:22:00.123Z",
                     *               "what": "accepted"
                     *             },
                     *             {
                     *               "at": "2026-11-22T06:22:00.123Z",
                     *               "what": "queued"
                     *             },
                     *             {
                     *               "at": "2026-11-22T06:22:00.456Z",
                     *               "what": "delivered",
                     *               "device": "phone",
                     *               "attempts": 1
                     *             },
                     *             {
                     *               "at": "2026-11-22T06:22:01.000Z",
                     *               "what": "acknowledged",
                     *               "device": "phone"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["MessageRecipient"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMessageData: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id, as it was answered.
                 * @example 0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The data, as it was sent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "order": "A-17",
                     *         "sum": 1200.5
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["MessageData"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "client": "shop",
                     *       "url": "https://shop.example/vestnik",
                     *       "format": "json-rpc",
                     *       "state": "failing",
                     *       "failures": 3,
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "changedAt": "2026-11-22T06:22:00.123Z",
                     *       "lastError": "the endpoint answered 503",
                     *       "nextAttemptAt": "2026-11-22T06:25:00.000Z",
                     *       "downSince": "2026-11-22T06:24:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://shop.example/vestnik"
                 *     }
                 */
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description It was there before, and is now as asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "client": "shop",
                     *       "url": "https://shop.example/vestnik",
                     *       "format": "json-rpc",
                     *       "state": "active",
                     *       "failures": 0,
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "changedAt": "2026-11-22T06:22:00.123Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookSet"];
                };
            };
            /** @description It is new. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "client": "shop",
                     *       "url": "https://shop.example/vestnik",
                     *       "format": "json-rpc",
                     *       "state": "active",
                     *       "failures": 0,
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "changedAt": "2026-11-22T06:22:00.123Z",
                     *       "secret": "whsec_bm90IHJlYWxseSBhIHNlY3JldCBidXQgbG9uZyBlbm91Z2g="
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookSet"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. `url-refused`: The bus may not fetch this URL. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "client": "shop",
                     *       "url": "https://shop.example/vestnik",
                     *       "format": "json-rpc",
                     *       "state": "active",
                     *       "failures": 0,
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "changedAt": "2026-11-22T06:22:00.123Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "the shop moves to another host"
                 *     }
                 */
                "application/json": components["schemas"]["WebhookPause"];
            };
        };
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "client": "shop",
                     *       "url": "https://shop.example/vestnik",
                     *       "format": "json-rpc",
                     *       "state": "paused",
                     *       "failures": 0,
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "changedAt": "2026-11-22T06:22:00.123Z",
                     *       "reason": "the shop moves to another host"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Of this tenant only. */
                tenant?: string;
                /** @description In this state only. */
                state?: "active" | "failing" | "paused";
                /** @description A part of the client’s name or of the URL. */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of webhooks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "client": "shop",
                     *           "url": "https://shop.example/vestnik",
                     *           "format": "json-rpc",
                     *           "state": "failing",
                     *           "failures": 3,
                     *           "createdAt": "2026-11-22T06:22:00.123Z",
                     *           "changedAt": "2026-11-22T06:22:00.123Z",
                     *           "lastError": "the endpoint answered 503",
                     *           "nextAttemptAt": "2026-11-22T06:25:00.000Z",
                     *           "downSince": "2026-11-22T06:24:00.000Z",
                     *           "tenant": "demo",
                     *           "waiting": 12
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["ListedWebhook"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTopics: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description A part of the name. */
                search?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of topics. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "topic": "orders/eu",
                     *           "subscribers": 12,
                     *           "lastAt": "2026-11-22T06:22:00.123Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Topic"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTopicsEverywhere: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Of this tenant only. */
                tenant?: string;
                /** @description A part of the name. */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of topics. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "tenant": "demo",
                     *           "topic": "orders/eu",
                     *           "subscribers": 12,
                     *           "lastAt": "2026-11-22T06:22:00.123Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["ListedTopic"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSubscribers: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description A topic or, to subscribe, a pattern; percent-encoded UTF-8, with %2F between levels.
                 * @example orders/eu
                 */
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of subscribers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "client": "ivanov",
                     *           "pattern": "orders/#"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Subscriber"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    subscribeClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description A topic or, to subscribe, a pattern; percent-encoded UTF-8, with %2F between levels.
                 * @example orders/eu
                 */
                topic: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was subscribed already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "topic": "orders/eu",
                     *       "client": "ivanov"
                     *     }
                     */
                    "application/json": components["schemas"]["SubscriptionAnswer"];
                };
            };
            /** @description It is subscribed from now on. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "topic": "orders/eu",
                     *       "client": "ivanov"
                     *     }
                     */
                    "application/json": components["schemas"]["SubscriptionAnswer"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsubscribeClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description A topic or, to subscribe, a pattern; percent-encoded UTF-8, with %2F between levels.
                 * @example orders/eu
                 */
                topic: string;
                /**
                 * @description Name of the client, percent-encoded UTF-8.
                 * @example ivanov
                 */
                client: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is not subscribed any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "topic": "orders/eu",
                 *       "client": "ivanov"
                 *     }
                 */
                "application/json": components["schemas"]["Subscription"];
            };
        };
        responses: {
            /** @description It was subscribed already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "topic": "orders/eu",
                     *       "client": "ivanov"
                     *     }
                     */
                    "application/json": components["schemas"]["SubscriptionAnswer"];
                };
            };
            /** @description It is subscribed from now on. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "topic": "orders/eu",
                     *       "client": "ivanov"
                     *     }
                     */
                    "application/json": components["schemas"]["SubscriptionAnswer"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "topic": "orders/eu",
                 *       "client": "ivanov"
                 *     }
                 */
                "application/json": components["schemas"]["Subscription"];
            };
        };
        responses: {
            /** @description It is not subscribed any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Of this client only. */
                client?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of dead letters. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "17",
                     *           "client": "ivanov",
                     *           "messageId": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *           "from": "server@demo.local",
                     *           "type": "order.approved",
                     *           "reason": "no such order",
                     *           "at": "2026-11-22T06:22:00.123Z",
                     *           "data": {
                     *             "order": "A-17",
                     *             "sum": 1200.5
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["DeadLetter"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetterGroups: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Of this tenant only. */
                tenant?: string;
                /** @description Of this client only. */
                client?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of groups. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "tenant": "demo",
                     *           "reason": "no such order",
                     *           "count": 1204,
                     *           "clients": 3,
                     *           "types": [
                     *             "order.approved"
                     *           ],
                     *           "oldestAt": "2026-11-20T06:22:00.123Z",
                     *           "newestAt": "2026-11-22T06:22:00.123Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["DeadLetterGroup"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLettersEverywhere: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Of this tenant only. */
                tenant?: string;
                /** @description Of this client only. */
                client?: string;
                /** @description With this reason only, word by word. */
                reason?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of dead letters, without data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "17",
                     *           "tenant": "demo",
                     *           "client": "ivanov",
                     *           "messageId": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *           "from": "server@demo.local",
                     *           "type": "order.approved",
                     *           "reason": "no such order",
                     *           "at": "2026-11-22T06:22:00.123Z",
                     *           "bytes": 29
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["ListedDeadLetter"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Id, as it was answered.
                 * @example 0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dead letter. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "17",
                     *       "tenant": "demo",
                     *       "client": "ivanov",
                     *       "messageId": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *       "from": "server@demo.local",
                     *       "type": "order.approved",
                     *       "reason": "no such order",
                     *       "at": "2026-11-22T06:22:00.123Z",
                     *       "bytes": 29,
                     *       "data": {
                     *         "order": "A-17",
                     *         "sum": 1200.5
                     *       },
                     *       "sentAt": "2026-11-22T06:21:00.123Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DeadLetterWithData"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Id, as it was answered.
                 * @example 0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
                /**
                 * @description Id, as it was answered.
                 * @example 0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "order": "A-17",
                 *         "sum": 1200.5
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["DeadLetterEdit"];
            };
        };
        responses: {
            /** @description It is on disk as a message; the dead letter is gone. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11"
                     *     }
                     */
                    "application/json": {
                        /** @description Of the message. */
                        id?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "no such order"
                 *     }
                 */
                "application/json": components["schemas"]["WhichDeadLetters"];
            };
        };
        responses: {
            /** @description They are on disk as messages. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "replayed": 1000,
                     *       "left": 204
                     *     }
                     */
                    "application/json": {
                        replayed: number;
                        /** @description How many that fit are still there, counted to 100,000: call again. */
                        left: number;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "no such order",
                 *       "client": "ivanov"
                 *     }
                 */
                "application/json": components["schemas"]["WhichDeadLetters"];
            };
        };
        responses: {
            /** @description They are gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "discarded": 17,
                     *       "left": 0
                     *     }
                     */
                    "application/json": {
                        discarded: number;
                        /** @description How many that fit are still there, counted to 100,000: call again. */
                        left: number;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listScheduled: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description That were sent by this tenant only. */
                tenant?: string;
                /** @description Of this sender only: an address, or the name of a client. */
                from?: string;
                /** @description To this address only: whole as it was sent, or the name of a client. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of scheduled messages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                     *           "tenant": "demo",
                     *           "from": "server@demo.local",
                     *           "to": [
                     *             "ivanov@demo.local"
                     *           ],
                     *           "recipients": 1,
                     *           "type": "order.approved",
                     *           "deliverAt": "2026-11-23T06:00:00.000Z",
                     *           "sentAt": "2026-11-22T06:22:00.123Z",
                     *           "bytes": 29
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["ScheduledMessage"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createLinkInvite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invite. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "invite": "vestnik-link.eyJ2IjoxLCJ1IjoiaHR0cHM6Ly9idXMuZXhhbXBsZSJ9",
                     *       "expiresAt": "2026-11-22T06:52:00.123Z"
                     *     }
                     */
                    "application/json": components["schemas"]["LinkInvite"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLinks: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of links, by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u",
                     *           "name": "branch-7",
                     *           "proposedName": "branch-7",
                     *           "state": "active",
                     *           "connected": true,
                     *           "url": "https://bus.branch-7.example",
                     *           "words": "ribbon galaxy sphere mango pistol urban",
                     *           "confirmedHere": true,
                     *           "confirmedThere": true,
                     *           "transit": false,
                     *           "quota": {
                     *             "messages": 1000000,
                     *             "bytes": 1073741824
                     *           },
                     *           "queue": {
                     *             "messages": 17,
                     *             "bytes": 4200,
                     *             "oldestAt": "2026-11-22T06:26:00.000Z"
                     *           },
                     *           "keys": [
                     *             {
                     *               "key": "1-k7q2mzp4",
                     *               "expiresAt": "2027-02-20T06:22:00.123Z"
                     *             }
                     *           ],
                     *           "createdAt": "2026-11-22T06:22:00.123Z",
                     *           "since": "2026-11-22T06:25:00.000Z",
                     *           "dialledBy": "them",
                     *           "transport": "websocket",
                     *           "rate": {
                     *             "in": 3.2,
                     *             "out": 12.5
                     *           },
                     *           "roundTrip": 24,
                     *           "epoch": 3,
                     *           "node": "Q2x1c3Rlci0x"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Link"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "invite": "vestnik-link.eyJ2IjoxLCJ1IjoiaHR0cHM6Ly9idXMuZXhhbXBsZSJ9",
                 *       "name": "branch-7"
                 *     }
                 */
                "application/json": components["schemas"]["AcceptedInvite"];
            };
        };
        responses: {
            /** @description The link. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u",
                     *       "name": "branch-7",
                     *       "proposedName": "branch-7",
                     *       "state": "pending",
                     *       "connected": false,
                     *       "url": "https://bus.branch-7.example",
                     *       "words": "ribbon galaxy sphere mango pistol urban",
                     *       "confirmedHere": false,
                     *       "confirmedThere": false,
                     *       "transit": false,
                     *       "quota": {
                     *         "messages": 1000000,
                     *         "bytes": 1073741824
                     *       },
                     *       "queue": {
                     *         "messages": 0,
                     *         "bytes": 0
                     *       },
                     *       "keys": [
                     *         {
                     *           "key": "1-k7q2mzp4",
                     *           "expiresAt": "2027-02-20T06:22:00.123Z"
                     *         }
                     *       ],
                     *       "createdAt": "2026-11-22T06:22:00.123Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the other installation.
                 * @example k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u
                 */
                link: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "branch-7"
                 *     }
                 */
                "application/json": components["schemas"]["LinkConfirmation"];
            };
        };
        responses: {
            /** @description The link. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u",
                     *       "name": "branch-7",
                     *       "proposedName": "branch-7",
                     *       "state": "pending",
                     *       "connected": false,
                     *       "url": "https://bus.branch-7.example",
                     *       "words": "ribbon galaxy sphere mango pistol urban",
                     *       "confirmedHere": true,
                     *       "confirmedThere": false,
                     *       "transit": false,
                     *       "quota": {
                     *         "messages": 1000000,
                     *         "bytes": 1073741824
                     *       },
                     *       "queue": {
                     *         "messages": 0,
                     *         "bytes": 0
                     *       },
                     *       "keys": [
                     *         {
                     *           "key": "1-k7q2mzp4",
                     *           "expiresAt": "2027-02-20T06:22:00.123Z"
                     *         }
                     *       ],
                     *       "createdAt": "2026-11-22T06:22:00.123Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the other installation.
                 * @example k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u
                 */
                link: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u",
                     *       "name": "branch-7",
                     *       "proposedName": "branch-7",
                     *       "state": "paused",
                     *       "connected": true,
                     *       "url": "https://bus.branch-7.example",
                     *       "words": "ribbon galaxy sphere mango pistol urban",
                     *       "confirmedHere": true,
                     *       "confirmedThere": true,
                     *       "transit": false,
                     *       "quota": {
                     *         "messages": 1000000,
                     *         "bytes": 1073741824
                     *       },
                     *       "queue": {
                     *         "messages": 17,
                     *         "bytes": 4200,
                     *         "oldestAt": "2026-11-22T06:26:00.000Z"
                     *       },
                     *       "keys": [
                     *         {
                     *           "key": "1-k7q2mzp4",
                     *           "expiresAt": "2027-02-20T06:22:00.123Z"
                     *         }
                     *       ],
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "since": "2026-11-22T06:25:00.000Z",
                     *       "dialledBy": "them",
                     *       "transport": "websocket",
                     *       "rate": {
                     *         "in": 3.2,
                     *         "out": 12.5
                     *       },
                     *       "roundTrip": 24,
                     *       "epoch": 3,
                     *       "node": "Q2x1c3Rlci0x"
                     *     }
                     */
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the other installation.
                 * @example k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u
                 */
                link: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u",
                     *       "name": "branch-7",
                     *       "proposedName": "branch-7",
                     *       "state": "active",
                     *       "connected": true,
                     *       "url": "https://bus.branch-7.example",
                     *       "words": "ribbon galaxy sphere mango pistol urban",
                     *       "confirmedHere": true,
                     *       "confirmedThere": true,
                     *       "transit": false,
                     *       "quota": {
                     *         "messages": 1000000,
                     *         "bytes": 1073741824
                     *       },
                     *       "queue": {
                     *         "messages": 17,
                     *         "bytes": 4200,
                     *         "oldestAt": "2026-11-22T06:26:00.000Z"
                     *       },
                     *       "keys": [
                     *         {
                     *           "key": "1-k7q2mzp4",
                     *           "expiresAt": "2027-02-20T06:22:00.123Z"
                     *         }
                     *       ],
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "since": "2026-11-22T06:25:00.000Z",
                     *       "dialledBy": "them",
                     *       "transport": "websocket",
                     *       "rate": {
                     *         "in": 3.2,
                     *         "out": 12.5
                     *       },
                     *       "roundTrip": 24,
                     *       "epoch": 3,
                     *       "node": "Q2x1c3Rlci0x"
                     *     }
                     */
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    allowTransit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the other installation.
                 * @example k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u
                 */
                link: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "allow": true
                 *     }
                 */
                "application/json": components["schemas"]["LinkTransit"];
            };
        };
        responses: {
            /** @description The link. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u",
                     *       "name": "branch-7",
                     *       "proposedName": "branch-7",
                     *       "state": "active",
                     *       "connected": true,
                     *       "url": "https://bus.branch-7.example",
                     *       "words": "ribbon galaxy sphere mango pistol urban",
                     *       "confirmedHere": true,
                     *       "confirmedThere": true,
                     *       "transit": true,
                     *       "quota": {
                     *         "messages": 1000000,
                     *         "bytes": 1073741824
                     *       },
                     *       "queue": {
                     *         "messages": 17,
                     *         "bytes": 4200,
                     *         "oldestAt": "2026-11-22T06:26:00.000Z"
                     *       },
                     *       "keys": [
                     *         {
                     *           "key": "1-k7q2mzp4",
                     *           "expiresAt": "2027-02-20T06:22:00.123Z"
                     *         }
                     *       ],
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "since": "2026-11-22T06:25:00.000Z",
                     *       "dialledBy": "them",
                     *       "transport": "websocket",
                     *       "rate": {
                     *         "in": 3.2,
                     *         "out": 12.5
                     *       },
                     *       "roundTrip": 24,
                     *       "epoch": 3,
                     *       "node": "Q2x1c3Rlci0x"
                     *     }
                     */
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setLinkQuota: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the other installation.
                 * @example k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u
                 */
                link: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "messages": 500000,
                 *       "bytes": 536870912
                 *     }
                 */
                "application/json": components["schemas"]["LinkQuota"];
            };
        };
        responses: {
            /** @description The link. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u",
                     *       "name": "branch-7",
                     *       "proposedName": "branch-7",
                     *       "state": "active",
                     *       "connected": true,
                     *       "url": "https://bus.branch-7.example",
                     *       "words": "ribbon galaxy sphere mango pistol urban",
                     *       "confirmedHere": true,
                     *       "confirmedThere": true,
                     *       "transit": false,
                     *       "quota": {
                     *         "messages": 500000,
                     *         "bytes": 536870912
                     *       },
                     *       "queue": {
                     *         "messages": 17,
                     *         "bytes": 4200,
                     *         "oldestAt": "2026-11-22T06:26:00.000Z"
                     *       },
                     *       "keys": [
                     *         {
                     *           "key": "1-k7q2mzp4",
                     *           "expiresAt": "2027-02-20T06:22:00.123Z"
                     *         }
                     *       ],
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "since": "2026-11-22T06:25:00.000Z",
                     *       "dialledBy": "them",
                     *       "transport": "websocket",
                     *       "rate": {
                     *         "in": 3.2,
                     *         "out": 12.5
                     *       },
                     *       "roundTrip": 24,
                     *       "epoch": 3,
                     *       "node": "Q2x1c3Rlci0x"
                     *     }
                     */
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the other installation.
                 * @example k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u
                 */
                link: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLinkKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys; nothing of them is secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "x3ay5wbd6ne2vtrhc4sgfj7uk7q2mzp4",
                     *       "keys": [
                     *         {
                     *           "key": "2-x5wbd6ne",
                     *           "expiresAt": "2027-02-20T06:22:00.123Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LinkKeys"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateLinkKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "x3ay5wbd6ne2vtrhc4sgfj7uk7q2mzp4",
                     *       "keys": [
                     *         {
                     *           "key": "2-x5wbd6ne",
                     *           "expiresAt": "2027-02-20T06:22:00.123Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LinkKeys"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteLinkKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the key, as lists have it.
                 * @example k7f3a91c
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys that are left. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "x3ay5wbd6ne2vtrhc4sgfj7uk7q2mzp4",
                     *       "keys": [
                     *         {
                     *           "key": "2-x5wbd6ne",
                     *           "expiresAt": "2027-02-20T06:22:00.123Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LinkKeys"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    diagnose: {
        parameters: {
            query?: {
                /** @description Who sends, calls or asks: `shop@sales`, `ivanov@accounting.branch-7`. */
                from?: string;
                /** @description Whom it does not reach: a client, a session, a topic, or `*`; without a tenant in the tenant of `from`. */
                to?: string;
                /** @description `send` is a durable message. */
                use?: "send" | "call" | "presence";
                /** @description How `from` shows who it is; absent: with an API key where one speaks as it, else with a client token. */
                as?: "key" | "token";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "from": "shop@sales.hq",
                     *       "to": "ivanov@accounting.hq",
                     *       "use": "send",
                     *       "as": "key",
                     *       "reachable": false,
                     *       "firstFailure": 0,
                     *       "steps": [
                     *         {
                     *           "step": "to-accepts",
                     *           "subject": "accounting",
                     *           "verdict": "fails",
                     *           "detail": "No rule of accounting accepts messages from shop@sales.hq. Add one for *@sales, or for this sender alone.",
                     *           "facts": {
                     *             "suggested": {
                     *               "from": "*@sales",
                     *               "allow": [
                     *                 "send",
                     *                 "call"
                     *               ]
                     *             }
                     *           },
                     *           "page": "/tenants/accounting?tab=accepts",
                     *           "action": "allow-sender"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Diagnosis"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    whoAmI: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The administrator. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "admin",
                     *       "role": "owner",
                     *       "expiresAt": "2026-11-22T18:22:00.000Z",
                     *       "installation": "hq",
                     *       "version": "0.1.0"
                     *     }
                     */
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "admin",
                 *       "password": "as printed at the first start"
                 *     }
                 */
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Signed in; the cookie is in `Set-Cookie`. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "admin",
                     *       "role": "owner",
                     *       "expiresAt": "2026-11-22T18:22:00.000Z",
                     *       "installation": "hq",
                     *       "version": "0.1.0"
                     *     }
                     */
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `origin-refused`: Web pages of this origin are not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cookie counts no longer. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `origin-refused`: Web pages of this origin are not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAdministrators: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of administrators. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "petrov",
                     *           "role": "operator",
                     *           "tenants": [
                     *             "sales"
                     *           ],
                     *           "createdAt": "2026-11-22T06:22:00.123Z",
                     *           "lastSignInAt": "2026-11-22T08:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Administrator"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAdministrator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "petrov",
                 *       "password": "a long sentence is a good password",
                 *       "role": "operator"
                 *     }
                 */
                "application/json": components["schemas"]["NewAdministrator"];
            };
        };
        responses: {
            /** @description The administrator. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "petrov",
                     *       "role": "operator",
                     *       "tenants": [
                     *         "sales"
                     *       ],
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "lastSignInAt": "2026-11-22T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Administrator"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAdministrator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the administrator.
                 * @example petrov
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone, with all sessions. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeAdministrator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the administrator.
                 * @example petrov
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "viewer"
                 *     }
                 */
                "application/json": components["schemas"]["AdministratorPatch"];
            };
        };
        responses: {
            /** @description The administrator as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "petrov",
                     *       "role": "viewer",
                     *       "tenants": [
                     *         "sales"
                     *       ],
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "lastSignInAt": "2026-11-22T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ChangedAdministrator"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAdministratorSessions: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the administrator.
                 * @example petrov
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "17",
                     *           "createdAt": "2026-11-22T06:22:00.123Z",
                     *           "expiresAt": "2026-11-22T18:22:00.123Z",
                     *           "lastSeenAt": "2026-11-22T07:01:00.000Z",
                     *           "address": "10.0.0.5",
                     *           "browser": "Firefox 128 on Windows",
                     *           "current": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["AdministratorSession"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endAdministratorSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the administrator.
                 * @example petrov
                 */
                name: string;
                /**
                 * @description The session’s own word.
                 * @example 7f3a
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its cookie counts no longer. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlockAdministrator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the administrator.
                 * @example petrov
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signing in has to wait no longer. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAdministratorKeys: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys, without the keys themselves. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "a91ck7f3",
                     *           "title": "Backup script",
                     *           "role": "viewer",
                     *           "createdAt": "2026-11-22T06:22:00.123Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["AdministratorKey"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAdministratorKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Backup script",
                 *       "role": "viewer"
                 *     }
                 */
                "application/json": components["schemas"]["NewAdministratorKey"];
            };
        };
        responses: {
            /** @description The key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "a91ck7f3",
                     *       "title": "Backup script",
                     *       "role": "viewer",
                     *       "createdAt": "2026-11-22T06:22:00.123Z",
                     *       "key": "vk_Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgcmVhbCBrZXkgYXQgYWxs"
                     *     }
                     */
                    "application/json": components["schemas"]["AdministratorKeyShown"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAdministratorKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the key, as lists have it.
                 * @example k7f3a91c
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It counts no longer. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signInWays: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ways. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "password": true,
                     *       "oidc": {
                     *         "title": "Company account",
                     *         "url": "/v1/session/oidc"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SignInWays"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginOidc: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the provider. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    oidcCallback: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed in; the cookie is in `Set-Cookie`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html> */
                    "text/html": string;
                };
            };
            /** @description `not-found`: There is no such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures, of all nodes together. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "at": "2026-11-22T06:22:00.123Z",
                     *       "now": {
                     *         "sessions": 2,
                     *         "accepted": 1.5,
                     *         "transient": 0,
                     *         "delivered": 1.5,
                     *         "acknowledged": 1.4,
                     *         "refused": 0,
                     *         "expired": 0,
                     *         "calls": 0.1,
                     *         "intakeWaiting": 0
                     *       },
                     *       "series": {
                     *         "from": "2026-11-22T06:21:40.000Z",
                     *         "step": 10,
                     *         "sessions": [
                     *           2,
                     *           2
                     *         ],
                     *         "accepted": [
                     *           1,
                     *           1.5
                     *         ],
                     *         "transient": [
                     *           0,
                     *           0
                     *         ],
                     *         "delivered": [
                     *           1,
                     *           1.5
                     *         ],
                     *         "acknowledged": [
                     *           1,
                     *           1.4
                     *         ],
                     *         "refused": [
                     *           0,
                     *           0
                     *         ],
                     *         "expired": [
                     *           0,
                     *           0
                     *         ],
                     *         "calls": [
                     *           0,
                     *           0.1
                     *         ]
                     *       },
                     *       "hour": {
                     *         "accepted": 25,
                     *         "delivered": 25,
                     *         "acknowledged": 24,
                     *         "refused": 0,
                     *         "expired": 0
                     *       },
                     *       "waiting": {
                     *         "messages": 1,
                     *         "clients": 1,
                     *         "oldest": {
                     *           "at": "2026-11-22T06:21:58.000Z",
                     *           "tenant": "demo",
                     *           "client": "ivanov"
                     *         },
                     *         "asOf": "2026-11-22T06:21:58.000Z"
                     *       },
                     *       "nodes": 1,
                     *       "tenants": 1,
                     *       "links": [],
                     *       "postgres": {
                     *         "version": "18.4",
                     *         "embedded": true,
                     *         "commitMs": 0.4,
                     *         "sizeBytes": 9437184,
                     *         "partitions": 6,
                     *         "tables": [
                     *           {
                     *             "name": "log",
                     *             "bytes": 1048576
                     *           }
                     *         ]
                     *       },
                     *       "attention": [
                     *         {
                     *           "kind": "webhook-paused",
                     *           "severity": "critical",
                     *           "tenant": "demo",
                     *           "subject": "shop",
                     *           "detail": "the endpoint answered 410",
                     *           "page": "/webhooks"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, the one that answers first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "node": "hY2kQx8ZbW1c",
                     *           "self": true,
                     *           "host": "bus-1",
                     *           "version": "0.1.0",
                     *           "startedAt": "2026-11-22T06:00:00.000Z",
                     *           "sessions": 2,
                     *           "memoryBytes": 104857600,
                     *           "cpu": 0.03,
                     *           "loopDelayMs": 0.4,
                     *           "intakeWaiting": 0,
                     *           "accepting": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Node"][];
                    };
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCalls: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `open`: under way. */
                state?: "open" | "ended";
                /** @description `true`: only those that failed. */
                failed?: "true" | "false";
                /** @description Milliseconds. */
                slowerThan?: number;
                /** @description Of whoever called, or was called. */
                tenant?: string;
                /** @description Part of its name. */
                method?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The calls. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "hY2kQx8ZbW1c.7",
                     *           "node": "hY2kQx8ZbW1c",
                     *           "from": "server@demo.local",
                     *           "to": "ivanov@demo.local",
                     *           "tenant": "demo",
                     *           "method": "openForm",
                     *           "answer": "one",
                     *           "startedAt": "2026-11-22T06:22:00.123Z",
                     *           "state": "failed",
                     *           "durationMs": 15000.4,
                     *           "problem": "call-timeout"
                     *         }
                     *       ],
                     *       "kept": 1
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["RecentCall"][];
                        /** @description So many are remembered in all. */
                        kept: number;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openTail: {
        parameters: {
            query?: {
                /** @description Named like a DNS label. */
                tenant?: string;
                /** @description Part of the sender’s address. */
                from?: string;
                /** @description Part of the recipient’s address. */
                to?: string;
                /** @description Part of the type, or of a call’s method. */
                type?: string;
                /** @description Some of `accepted`, `forwarded`, `delivered`, `acknowledged`, `read`, `refused`, `expired`, `withdrawn`, `collapsed`, `call`, `session-opened`, `session-closed`, with commas between them; absent: all. */
                kinds?: string;
                /** @description One message of so many, each with all that becomes of it. */
                sample?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream; it ends when the connection does, and within half a minute after the session, the key or the right is gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example event: seen
                     *     data: {"at":"2026-11-22T06:22:00.123Z","node":"hY2kQx8ZbW1c","kind":"accepted","tenant":"demo","id":"0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11","from":"server@demo.local","to":"ivanov@demo.local","type":"order.created","bytes":42}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Who: `administrator:<name>`, `key:<id>@<tenant>`. */
                who?: string;
                /** @description Which action: `tenant.change`, or with `*` at the end all that begin so: `key.*`. */
                action?: string;
                /** @description Of what: the name of a tenant or administrator, `<key>@<tenant>` … */
                subject?: string;
                /** @description From this time on. */
                since?: string;
                /** @description Before this time. */
                until?: string;
                /** @description What stands anywhere in an entry, whatever the case. */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the audit trail. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": 12,
                     *           "at": "2026-11-22T06:22:00.123Z",
                     *           "who": "administrator:admin",
                     *           "address": "127.0.0.1",
                     *           "action": "tenant.change",
                     *           "subject": "accounting",
                     *           "before": {
                     *             "ttl": 604800
                     *           },
                     *           "after": {
                     *             "ttl": 86400
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        /** @description The `cursor` of the page after this one; absent on the last. */
                        next?: string;
                        /**
                         * Format: date-time
                         * @description A page looks through a bounded number of entries: how far back this one came, where it found less than `limit`.
                         */
                        searchedTo?: string;
                    };
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All settings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "port",
                     *           "value": 8380,
                     *           "source": "VESTNIK_PORT",
                     *           "secret": false,
                     *           "default": 8378,
                     *           "differs": true,
                     *           "group": "network"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Setting"][];
                    };
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAsyncApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description AsyncAPI 3.0. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pairLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "versions": [
                 *         1,
                 *         1
                 *       ],
                 *       "id": "k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u",
                 *       "root": "Pwq1mVd1Yy7gC0m3nJxQkz9k9C2k6b8m1sXcY0ZlQ7I",
                 *       "keys": "{\"list\":\"…\",\"signature\":\"…\"}",
                 *       "nonce": "n0v1Zt4Jq8k2b5T7x9c3w6e1r4y7u0i3o6p9a2s5d8E",
                 *       "name": "branch-7",
                 *       "proof": "p4o5m6n7b8v9c0x1z2l3k4j5h6g7f8d9s0a1q2w3e4M",
                 *       "word": "w0r9d8x7c6v5b4n3m2a1s0d9f8g7h6j5k4l3q2w1e0Q"
                 *     }
                 */
                "application/json": components["schemas"]["PairingQuestion"];
            };
        };
        responses: {
            /** @description The two are paired; both show the same words. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "versions": [
                     *         1,
                     *         1
                     *       ],
                     *       "id": "k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u",
                     *       "root": "Pwq1mVd1Yy7gC0m3nJxQkz9k9C2k6b8m1sXcY0ZlQ7I",
                     *       "keys": "{\"list\":\"…\",\"signature\":\"…\"}",
                     *       "nonce": "n0v1Zt4Jq8k2b5T7x9c3w6e1r4y7u0i3o6p9a2s5d8E",
                     *       "name": "branch-7",
                     *       "proof": "p4o5m6n7b8v9c0x1z2l3k4j5h6g7f8d9s0a1q2w3e4M"
                     *     }
                     */
                    "application/json": components["schemas"]["PairingAnswer"];
                };
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: It is in conflict with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `data-too-large`: The data is larger than the tenant allows. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds to wait before the next try.
                     * @example 1
                     */
                    "Retry-After"?: string;
                    /**
                     * @description Each limit of the tenant, with its quota and window in seconds; where it has some.
                     * @example "client";q=10;w=5
                     */
                    "RateLimit-Policy"?: string;
                    /**
                     * @description What remains of each, and the seconds until it is whole again.
                     * @example "client";r=0;t=5
                     */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openSocket: {
        parameters: {
            query?: {
                connect?: "auto";
                device?: string;
                position?: string;
                window?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the tenant.
                 * @example demo
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection is a WebSocket from here on. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request-invalid`: The request is not well formed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. `token-expired`: The token has expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. `scope-missing`: The token or key lacks a scope. `origin-refused`: Web pages of this origin are not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant-unknown`: There is no such tenant. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: An internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The bus cannot do this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        status: string;
                    };
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        status: string;
                    };
                };
            };
            /** @description `unavailable`: The bus cannot do this now. `draining`: This node is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Names begin with `vestnik_`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example vestnik_sessions 3 */
                    "text/plain; version=0.0.4": string;
                };
            };
            /** @description `unauthenticated`: No valid token or key was presented. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postedMessage: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt. */
                "webhook-id": string;
                /** @description When this attempt was made; seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and base64 of HMAC-SHA256 of `id.timestamp.body` (Standard Webhooks). */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "jsonrpc": "2.0",
                 *       "method": "message",
                 *       "params": {
                 *         "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                 *         "position": "BaxllyC",
                 *         "from": "server@demo.local",
                 *         "to": "stock@demo.local",
                 *         "type": "order.new",
                 *         "data": {
                 *           "order": "A-20"
                 *         },
                 *         "sentAt": "2026-11-22T06:22:00.123Z",
                 *         "expiresAt": "2026-11-29T06:22:00.123Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    jsonrpc: "2.0";
                    /** @constant */
                    method: "message";
                    params: components["schemas"]["DeliveredMessage"];
                };
                /**
                 * @example {
                 *       "specversion": "1.0",
                 *       "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                 *       "source": "urn:vestnik:server@demo.local",
                 *       "type": "order.new",
                 *       "subject": "stock@demo.local",
                 *       "time": "2026-11-22T06:22:00.123Z",
                 *       "datacontenttype": "application/json",
                 *       "position": "BaxllyC",
                 *       "expiresat": "2026-11-29T06:22:00.123Z",
                 *       "data": {
                 *         "order": "A-20"
                 *       }
                 *     }
                 */
                "application/cloudevents+json": components["schemas"]["MessageEvent"];
            };
        };
        responses: {
            /** @description It is taken: the message is acknowledged. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    postedCall: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt. */
                "webhook-id": string;
                /** @description When this attempt was made; seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and base64 of HMAC-SHA256 of `id.timestamp.body` (Standard Webhooks). */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "jsonrpc": "2.0",
                 *       "id": "o5AQ-gkh-nPY.01a20440-203f-7183-afa5-c4009418a765",
                 *       "method": "call",
                 *       "params": {
                 *         "from": "server@demo.local",
                 *         "method": "stockOf",
                 *         "params": {
                 *           "item": "bolt"
                 *         },
                 *         "deadline": "2026-11-29T06:22:00.123Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    jsonrpc: "2.0";
                    id: string;
                    /** @constant */
                    method: "call";
                    params: components["schemas"]["CallParams"];
                };
                /**
                 * @example {
                 *       "specversion": "1.0",
                 *       "id": "o5AQ-gkh-nPY.01a20440-203f-7183-afa5-c4009418a765",
                 *       "source": "urn:vestnik:server@demo.local",
                 *       "type": "vestnik.call",
                 *       "time": "2026-11-22T06:22:00.123Z",
                 *       "datacontenttype": "application/json",
                 *       "data": {
                 *         "from": "server@demo.local",
                 *         "method": "stockOf",
                 *         "params": {
                 *           "item": "bolt"
                 *         },
                 *         "deadline": "2026-11-29T06:22:00.123Z"
                 *       }
                 *     }
                 */
                "application/cloudevents+json": {
                    /** @constant */
                    specversion: "1.0";
                    id: string;
                    /** @description `urn:vestnik:` and the sender’s address. */
                    source: string;
                    /** @constant */
                    type: "vestnik.call";
                    /** @description The address that it was sent to. */
                    subject?: string;
                    /** Format: date-time */
                    time: string;
                    datacontenttype: string;
                    data: components["schemas"]["CallParams"];
                };
            };
        };
        responses: {
            /** @description The body is the result; an empty one is `null`. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "stock": 4
                     *     }
                     */
                    "application/json": unknown;
                };
            };
        };
    };
    postedGap: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt. */
                "webhook-id": string;
                /** @description When this attempt was made; seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and base64 of HMAC-SHA256 of `id.timestamp.body` (Standard Webhooks). */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "jsonrpc": "2.0",
                 *       "method": "notice",
                 *       "params": {
                 *         "type": "vestnik.gap",
                 *         "reason": "expired-from-log",
                 *         "from": "BaxllyA",
                 *         "to": "BaxllyB"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    jsonrpc: "2.0";
                    /** @constant */
                    method: "notice";
                    params: {
                        /** @constant */
                        type: "vestnik.gap";
                        /** @enum {string} */
                        reason: "expired-from-log" | "restored";
                        /** @description Opaque; given out by the bus. */
                        from: string;
                        /** @description Opaque; given out by the bus. */
                        to: string;
                    };
                };
                /**
                 * @example {
                 *       "specversion": "1.0",
                 *       "id": "0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11",
                 *       "source": "urn:vestnik:vestnik@demo.local",
                 *       "type": "vestnik.gap",
                 *       "time": "2026-11-22T06:22:00.123Z",
                 *       "datacontenttype": "application/json",
                 *       "data": {
                 *         "type": "vestnik.gap",
                 *         "reason": "expired-from-log",
                 *         "from": "BaxllyA",
                 *         "to": "BaxllyB"
                 *       }
                 *     }
                 */
                "application/cloudevents+json": {
                    /** @constant */
                    specversion: "1.0";
                    id: string;
                    /** @description `urn:vestnik:` and the sender’s address. */
                    source: string;
                    /** @constant */
                    type: "vestnik.gap";
                    /** @description The address that it was sent to. */
                    subject?: string;
                    /** Format: date-time */
                    time: string;
                    datacontenttype: string;
                    data: {
                        /** @constant */
                        type: "vestnik.gap";
                        /** @enum {string} */
                        reason: "expired-from-log" | "restored";
                        /** @description Opaque; given out by the bus. */
                        from: string;
                        /** @description Opaque; given out by the bus. */
                        to: string;
                    };
                };
            };
        };
        responses: {
            /** @description It is taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    postedConnected: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt. */
                "webhook-id": string;
                /** @description When this attempt was made; seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and base64 of HMAC-SHA256 of `id.timestamp.body` (Standard Webhooks). */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "vestnik.client.connected",
                 *       "timestamp": "2026-11-22T06:22:00.123Z",
                 *       "data": {
                 *         "client": "ivanov@demo.local",
                 *         "session": "7f3a",
                 *         "transport": "websocket",
                 *         "app": "desk 1.4",
                 *         "address": "192.0.2.7"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    type: "vestnik.client.connected";
                    /** Format: date-time */
                    timestamp: string;
                    data: components["schemas"]["HookSession"];
                };
            };
        };
        responses: {
            /** @description It is taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    postedDisconnected: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt. */
                "webhook-id": string;
                /** @description When this attempt was made; seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and base64 of HMAC-SHA256 of `id.timestamp.body` (Standard Webhooks). */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "vestnik.client.disconnected",
                 *       "timestamp": "2026-11-22T06:22:00.123Z",
                 *       "data": {
                 *         "client": "ivanov@demo.local",
                 *         "session": "7f3a",
                 *         "transport": "websocket",
                 *         "app": "desk 1.4",
                 *         "address": "192.0.2.7"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    type: "vestnik.client.disconnected";
                    /** Format: date-time */
                    timestamp: string;
                    data: components["schemas"]["HookSession"];
                };
            };
        };
        responses: {
            /** @description It is taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    postedSendRefused: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt. */
                "webhook-id": string;
                /** @description When this attempt was made; seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and base64 of HMAC-SHA256 of `id.timestamp.body` (Standard Webhooks). */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "vestnik.send.refused",
                 *       "timestamp": "2026-11-22T06:22:00.123Z",
                 *       "data": {
                 *         "from": "server@demo.local",
                 *         "to": "anna@sales.local",
                 *         "problem": "recipient-refused",
                 *         "detail": "the recipient does not accept this from you"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    type: "vestnik.send.refused";
                    /** Format: date-time */
                    timestamp: string;
                    data: components["schemas"]["HookRefusal"];
                };
            };
        };
        responses: {
            /** @description It is taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
