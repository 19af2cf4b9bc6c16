create table closures (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    record text not null,
    primary key (partition, id)
);
