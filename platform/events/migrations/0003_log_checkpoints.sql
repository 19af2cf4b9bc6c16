-- Where a partition's log was cut by retention: the link of the last event that is gone, signed. The newest one counts.
create table log_checkpoints (
    partition bigint not null,
    sequence bigint not null,
    link bytea not null,
    cut_at bigint not null,
    key_id text not null,
    signature bytea not null,
    primary key (partition, sequence)
);
