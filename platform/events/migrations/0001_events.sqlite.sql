create table events (
    serial integer primary key autoincrement,
    partition bigint not null,
    id bytea not null,
    type text not null,
    aggregate text not null,
    aggregate_id text not null,
    version bigint not null,
    delivery_id text,
    assignment_id text,
    driver_id text,
    actor_kind text not null,
    actor_id text not null,
    on_behalf text not null,
    source text not null,
    request_id text not null,
    traceparent text not null,
    timestamp bigint not null,
    recorded_at bigint not null,
    data text not null
);
create index events_of_delivery on events (partition, delivery_id, serial) where delivery_id is not null;
create index events_of_aggregate on events (partition, aggregate_id, serial);
create unique index events_id on events (partition, id);

-- The public order: dense per partition, each link over the one before. `serial` finds the event.
create table stamped (
    partition bigint not null,
    sequence bigint not null,
    serial bigint not null,
    link bytea not null,
    primary key (partition, sequence)
) without rowid;
create unique index stamped_serial on stamped (serial);
