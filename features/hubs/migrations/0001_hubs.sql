create table hubs (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    area_id bytea,
    planning_area text not null,
    record text not null,
    primary key (partition, id)
);
create index hubs_area on hubs (partition, area_id);
