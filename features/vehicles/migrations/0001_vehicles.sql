create table vehicles (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    external_id text,
    partner_id bytea,
    type text not null,
    warehouse bytea,
    available bigint not null,
    record text not null,
    primary key (partition, id)
);
create unique index vehicles_external_id on vehicles (partition, external_id);
create index vehicles_warehouse on vehicles (partition, warehouse);
