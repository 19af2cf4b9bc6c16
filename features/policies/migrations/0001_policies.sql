-- What a partition has set of its policies, per reach: the whole partition (kind tenant, id ''), an area, a service level.
create table policies (
    partition bigint not null,
    reach text not null,
    reach_id text not null,
    version bigint not null,
    document text not null,
    updated_at bigint not null,
    primary key (partition, reach, reach_id)
);
-- Every version there has been, for the history.
create table policy_versions (
    partition bigint not null,
    reach text not null,
    reach_id text not null,
    version bigint not null,
    document text not null,
    actor text not null,
    updated_at bigint not null,
    primary key (partition, reach, reach_id, version)
);
