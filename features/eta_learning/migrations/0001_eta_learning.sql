-- What is learned of speeds: the latest observations of a cell (area, class of road, class of hour), in thousandths of a logarithm.
create table learned_cells (
    partition bigint not null,
    profile text not null,
    tile bigint not null,
    road_class bigint not null,
    hour_class bigint not null,
    samples text not null,
    seen bigint not null,
    updated_at bigint not null,
    primary key (partition, profile, tile, road_class, hour_class)
);
-- How well stretches were foretold before they were learned from: sums.
create table learned_foretold (
    partition bigint not null,
    profile text not null,
    tile bigint not null,
    hour_class bigint not null,
    stretches bigint not null,
    driven_s double precision not null,
    map_off_s double precision not null,
    map_bias_s double precision not null,
    map_close bigint not null,
    learned_off_s double precision not null,
    learned_bias_s double precision not null,
    learned_close bigint not null,
    primary key (partition, profile, tile, hour_class)
);
-- Assignments whose tracks are to be learned from; `until` is null while they are under way.
create table learned_tracks (
    partition bigint not null,
    assignment_id bytea not null,
    driver_id bytea not null,
    since bigint not null,
    until bigint,
    primary key (partition, assignment_id)
);
-- Up to when a driver's pings have been learned from, so that none counts twice.
create table learned_drivers (
    partition bigint not null,
    driver_id bytea not null,
    until bigint not null,
    primary key (partition, driver_id)
);
create table learned_state (
    partition bigint not null,
    revision bigint not null,
    time_zone text not null,
    tracks bigint not null,
    pings bigint not null,
    learned_at bigint not null,
    primary key (partition)
);
