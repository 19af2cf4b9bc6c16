-- Plans before, while and after they are committed. `document` does not change once it is written; `outcomes` grow route by route.
create table plans (
    partition bigint not null,
    id bytea not null,
    status text not null,
    created_at bigint not null,
    expires_at bigint not null,
    document text not null,
    outcomes text not null,
    primary key (partition, id)
);
create index plans_by_age on plans (partition, created_at);

-- Whose turn it is in a planning area. `until` is machine time: the turn of a run that died ends by itself.
create table planning_turns (
    partition bigint not null,
    area text not null,
    run_id bytea not null,
    until bigint not null,
    primary key (partition, area)
);
