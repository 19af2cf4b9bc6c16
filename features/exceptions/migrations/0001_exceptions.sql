create table exceptions (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    delivery_id bytea,
    assignment_id bytea,
    stop_id bytea,
    type text not null,
    severity text not null,
    state text not null,
    owner text,
    detail text not null,
    notes text not null,
    package_ids text not null,
    candidates text not null,
    resolution text,
    resolved_at bigint,
    primary key (partition, id)
);
create index exceptions_by_delivery on exceptions (partition, delivery_id, state);
create index exceptions_by_state on exceptions (partition, state, id);
