-- `papers_until`: when the first mandatory document expires (business time), for alerts.
create table drivers (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    external_id text,
    partner_id bytea,
    vehicle_id bytea,
    home_hub_id bytea,
    status text not null,
    papers_until bigint,
    record text not null,
    primary key (partition, id)
);
create unique index drivers_external_id on drivers (partition, external_id);
create index drivers_vehicle on drivers (partition, vehicle_id);
create index drivers_home_hub on drivers (partition, home_hub_id);
create index drivers_papers on drivers (partition, papers_until);

create table driver_skills (
    partition bigint not null,
    driver_id bytea not null,
    skill text not null,
    primary key (partition, driver_id, skill)
);

-- `start_hub_id`, `end_hub_id`: so that a hub knows who refers to it. The times are the planned ones.
create table shifts (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    driver_id bytea not null,
    starts_at bigint not null,
    ends_at bigint not null,
    status text not null,
    start_hub_id bytea,
    end_hub_id bytea,
    record text not null,
    primary key (partition, id)
);
create index shifts_driver on shifts (partition, driver_id, starts_at);
