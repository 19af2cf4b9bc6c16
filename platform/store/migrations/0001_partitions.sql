-- A partition is a tenant's live or test half. The business clock stands at machine time + offset, or still at `clock_fixed_ms`.
create table partitions (
    number bigint primary key,
    tenant text not null,
    test bigint not null,
    clock_offset_ms bigint not null default 0,
    clock_fixed_ms bigint,
    created_at bigint not null
);
create unique index partitions_name on partitions (tenant, test);

-- The last stamped event of a partition and its link in the chain: the position that every reader and answer names.
create table log_heads (
    partition bigint primary key,
    sequence bigint not null,
    link bytea not null
);

-- Answers remembered for a repeated Idempotency-Key. `kind`: whole, sealed (personal data, under the master key), current (the body was too large, or is not ours to keep), secret.
create table idempotency_keys (
    partition bigint not null,
    key bytea not null,
    fingerprint bytea not null,
    kind text not null,
    status bigint not null,
    headers text not null,
    body bytea,
    expires_at bigint not null,
    primary key (partition, key)
);
create index idempotency_keys_expiry on idempotency_keys (expires_at);

-- Who does a thing that only one worker of all nodes should do. Machine time. The fence rises with every new holder.
create table leases (
    name text primary key,
    holder text not null,
    fence bigint not null,
    expires_at bigint not null
);
