-- What an upload has declared: immutable, and no fact until a proof names it.
create table pod_assets (
    partition bigint not null,
    id bytea not null,
    delivery_id bytea not null,
    stop_id bytea not null,
    kind text not null,
    content_type text not null,
    size bigint not null,
    sha256 text not null,
    created_at bigint not null,
    primary key (partition, id)
);
-- Proofs never change. `content` is the text that was sealed, byte for byte; the columns before it are for finding.
create table pods (
    partition bigint not null,
    id bytea not null,
    number bigint not null,
    delivery_id bytea not null,
    stop_id bytea not null,
    created_at bigint not null,
    content text not null,
    hash text not null,
    signature text not null,
    key_id text not null,
    primary key (partition, id)
);
create unique index pods_in_order on pods (partition, number);
create index pods_by_delivery on pods (partition, delivery_id, number);
-- The end of the partition's chain of proofs.
create table pod_chains (
    partition bigint not null primary key,
    number bigint not null,
    hash text not null
);
-- Who has seen a proof, per hour.
create table pod_views (
    partition bigint not null,
    pod_id bytea not null,
    viewer text not null,
    hour bigint not null,
    views bigint not null,
    primary key (partition, pod_id, viewer, hour)
);
