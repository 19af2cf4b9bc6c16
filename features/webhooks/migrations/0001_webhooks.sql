-- Endpoints that are told of events. Secrets are sealed (base64 of what the sealer made).
create table webhooks (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    url text not null,
    events text not null,
    description text,
    enabled bigint not null,
    disabled_reason text,
    disabled_at bigint,
    sealed_secret text not null,
    previous_secret text,
    previous_until bigint,
    after_sequence bigint not null,
    primary key (partition, id)
);

-- How sending goes: bookkeeping, so that it does not raise the endpoint's version.
create table webhook_health (
    partition bigint not null,
    webhook bytea not null,
    failing_since bigint,
    last_success_at bigint,
    throttled_until bigint,
    primary key (partition, webhook)
);

-- One row per try. A pending one is to be sent at due_at; `lane` keeps the order of what belongs together. `body` only where the event
-- is not in the log (a test). Each failed try leaves its row and makes the next.
create table webhook_attempts (
    partition bigint not null,
    id bytea not null,
    webhook bytea not null,
    event_id text not null,
    event_type text not null,
    sequence bigint not null,
    lane text not null,
    number bigint not null,
    state text not null,
    due_at bigint not null,
    created_at bigint not null,
    sent_at bigint,
    http_status bigint,
    error text,
    took_ms bigint,
    response text,
    body text,
    lease_until bigint not null,
    holder text not null,
    primary key (partition, id)
);
create index webhook_attempts_due on webhook_attempts (partition, webhook, due_at) where state = 'pending';
create index webhook_attempts_lane on webhook_attempts (partition, webhook, lane, sequence) where state = 'pending';
create index webhook_attempts_log on webhook_attempts (partition, webhook, id);
