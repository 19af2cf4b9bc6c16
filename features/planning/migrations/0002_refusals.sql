-- Who is not asked again for what he has declined, until when (business time).
create table planning_refusals (
    partition bigint not null,
    delivery_id bytea not null,
    driver_id bytea not null,
    until bigint not null,
    primary key (partition, delivery_id, driver_id)
);
