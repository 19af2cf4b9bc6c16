create table alerts (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    kind text not null,
    state text not null,
    severity text not null,
    delivery_id bytea not null,
    side text not null,
    assignment_id bytea,
    stop_id bytea,
    driver_id bytea,
    promised_until bigint not null,
    expected_at bigint,
    late_s bigint not null,
    replan bigint not null,
    owner text,
    acknowledged_at bigint,
    cleared_at bigint,
    cleared_because text,
    primary key (partition, id)
);
-- One open alert a promise.
create unique index alerts_open on alerts (partition, delivery_id, side) where state <> 'cleared';
create index alerts_by_state on alerts (partition, state, created_at, id);
create index alerts_newest on alerts (partition, created_at, id);
create index alerts_by_assignment on alerts (partition, assignment_id);
