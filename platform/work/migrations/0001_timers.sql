-- One timer per kind and subject. `due_at` is business time and moves on when the handler fails; `wanted_at` is what was asked for.
create table timers (
    partition bigint not null,
    kind text not null,
    subject text not null,
    due_at bigint not null,
    wanted_at bigint not null,
    payload text not null,
    failures bigint not null default 0,
    primary key (partition, kind, subject)
);
create index timers_due on timers (partition, due_at);
