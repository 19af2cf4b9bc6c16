-- Reports of drivers' devices by their own event ids, so that each counts once. `problem`: why one was not applied.
create table driver_events (
    partition bigint not null,
    driver_id bytea not null,
    event_id text not null,
    action text not null,
    applied bigint not null,
    http_status bigint not null,
    problem text not null,
    device_time bigint,
    recorded_at bigint not null,
    primary key (partition, driver_id, event_id)
);
