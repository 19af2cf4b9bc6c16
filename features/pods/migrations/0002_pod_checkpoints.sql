-- Where the chain begins when its older proofs are over their time: the hash that the rest hangs on, signed.
create table pod_checkpoints (
    partition bigint not null,
    number bigint not null,
    hash text not null,
    cut_at bigint not null,
    key_id text not null,
    signature text not null,
    primary key (partition, number)
);
create index pod_assets_by_delivery on pod_assets (partition, delivery_id);
