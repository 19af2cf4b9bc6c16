-- Predictions as they were made, and what came of them. Of one stop at most thirty.
create table eta_predictions (
    partition bigint not null,
    stop_id bytea not null,
    made_at bigint not null,
    assignment_id bytea not null,
    driver_id bytea,
    basis text not null,
    horizon bigint not null,
    lat double precision not null,
    lon double precision not null,
    eta bigint not null,
    half_window_s bigint not null,
    arrived_at bigint,
    error_s bigint,
    inside bigint,
    hour bigint,
    area_id bytea,
    primary key (partition, stop_id, made_at)
);
create index eta_predictions_by_arrival on eta_predictions (partition, arrived_at);
create index eta_predictions_by_age on eta_predictions (partition, made_at);

-- What is known of windows, by what they rested on and how far ahead they were.
create table eta_spreads (
    partition bigint not null,
    basis text not null,
    horizon bigint not null,
    count bigint not null,
    inside bigint not null,
    scale double precision not null,
    primary key (partition, basis, horizon)
);
