-- Plans that something has asked for, until somebody commits them. `expires_at` is machine time.
create table planning_suggestions (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    state text not null,
    "trigger" text not null,
    causes text not null,
    subject text not null,
    around bytea,
    expires_at bigint not null,
    routes bigint not null,
    added bigint not null,
    moved bigint not null,
    unassigned bigint not null,
    late_before bigint not null,
    late_after bigint not null,
    cost text not null,
    primary key (partition, id)
);
create index planning_suggestions_open on planning_suggestions (partition, state, created_at);
-- Routes that are not replanned by themselves again, until when (business time).
create table planning_quiet (
    partition bigint not null,
    assignment_id bytea not null,
    until bigint not null,
    primary key (partition, assignment_id)
);
