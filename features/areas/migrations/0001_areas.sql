-- `south` … `east` is the geometry's box: a place is looked up by box first, by polygon then.
create table areas (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    south double precision not null,
    west double precision not null,
    north double precision not null,
    east double precision not null,
    record text not null,
    primary key (partition, id)
);
