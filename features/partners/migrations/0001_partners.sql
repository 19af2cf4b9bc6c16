create table partners (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    type text not null,
    connector text not null,
    enabled bigint not null,
    record text not null,
    primary key (partition, id)
);

-- The areas of `record`, so that an area knows who refers to it.
create table partner_areas (
    partition bigint not null,
    area_id bytea not null,
    partner_id bytea not null,
    primary key (partition, area_id, partner_id)
);
create index partner_areas_partner on partner_areas (partition, partner_id);
