-- Long work. The holder's lease is machine time; `fence` rises with each claim and is checked by each commit of the work.
create table jobs (
    partition bigint not null,
    id bytea not null,
    type text not null,
    status text not null,
    input text not null,
    done bigint not null default 0,
    total bigint not null default 0,
    failed bigint not null default 0,
    detail text not null default '',
    result text,
    cancel_wanted bigint not null default 0,
    fence bigint not null default 0,
    lease_until bigint not null default 0,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null default 1,
    primary key (partition, id)
);
create index jobs_open on jobs (status, created_at) where status in ('queued', 'running');

-- What went wrong with single lines of a job's input.
create table job_errors (
    partition bigint not null,
    job bytea not null,
    line bigint not null,
    pointer text not null,
    code text not null,
    detail text not null,
    primary key (partition, job, line, pointer)
);
