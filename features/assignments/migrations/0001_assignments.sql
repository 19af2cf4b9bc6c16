create table assignments (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    kind text not null,
    status text not null,
    driver_id bytea,
    vehicle_id bytea,
    partner_id bytea,
    route_id bytea not null,
    starts_at bigint not null,
    start_place text not null,
    places text not null,
    parcels text not null,
    route text not null,
    lifecycle text not null,
    primary key (partition, id)
);
create index assignments_newest on assignments (partition, created_at, id);
create index assignments_by_driver on assignments (partition, driver_id, created_at);
create index assignments_by_partner on assignments (partition, partner_id, created_at);
create index assignments_by_status on assignments (partition, status, created_at);

-- Where a stop, and a delivery's part of it, is to be found. Written anew with every change of the route.
create table stops (
    partition bigint not null,
    id bytea not null,
    assignment_id bytea not null,
    primary key (partition, id)
);
create index stops_by_assignment on stops (partition, assignment_id);
create table stop_items (
    partition bigint not null,
    stop_id bytea not null,
    package_id bytea not null,
    delivery_id bytea not null,
    leg_id bytea not null,
    assignment_id bytea not null,
    primary key (partition, stop_id, package_id)
);
create index stop_items_by_delivery on stop_items (partition, delivery_id);
create index stop_items_by_assignment on stop_items (partition, assignment_id);
