-- Pings, packed a batch a row. The natural key makes a repeated batch harmless.
create table positions (
    partition bigint not null,
    driver_id bytea not null,
    from_ms bigint not null,
    hash bytea not null,
    to_ms bigint not null,
    pings text not null,
    received_at bigint not null,
    primary key (partition, driver_id, from_ms, hash)
);
-- Where a driver is: the newest credible ping.
create table driver_places (
    partition bigint not null,
    driver_id bytea not null,
    at bigint not null,
    lat double precision not null,
    lon double precision not null,
    accuracy_meters double precision,
    speed double precision,
    heading double precision,
    battery_pct double precision,
    received_at bigint not null,
    primary key (partition, driver_id)
);
