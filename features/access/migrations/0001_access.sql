-- API keys. Only the hash of a key is kept. `hash` is unique over all partitions: it is how a request finds its tenant.
create table api_keys (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    name text,
    prefix text not null,
    hash bytea not null,
    previous_hash bytea,
    previous_until bigint,
    role text,
    scopes text not null,
    unlimited bigint not null,
    expires_at bigint,
    revoked_at bigint,
    primary key (partition, id)
);
create unique index api_keys_hash on api_keys (hash);
create index api_keys_previous on api_keys (previous_hash);
create table api_key_uses (
    partition bigint not null,
    id bytea not null,
    used_at bigint not null,
    primary key (partition, id)
);
-- Driver and tracking tokens that ended before their time.
create table revoked_tokens (
    partition bigint not null,
    token_id text not null,
    expires_at bigint not null,
    primary key (partition, token_id)
);
