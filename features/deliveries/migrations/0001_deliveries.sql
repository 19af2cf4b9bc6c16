create table deliveries (
    partition bigint not null,
    id bytea not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    status text not null,
    phase text not null,
    outcome text not null,
    type text not null,
    source text,
    source_id text,
    order_id text,
    service_level text not null,
    priority text not null,
    tracking_number text not null,
    pickup_hub_id bytea,
    dropoff_hub_id bytea,
    pickup_lat double precision,
    pickup_lon double precision,
    dropoff_lat double precision,
    dropoff_lon double precision,
    pickup_from bigint,
    pickup_to bigint,
    dropoff_from bigint,
    dropoff_to bigint,
    recipient_id bytea not null,
    assignment_id bytea,
    driver_id bytea,
    partner_id bytea,
    record text not null,
    lifecycle text not null,
    primary key (partition, id)
);
create index deliveries_newest on deliveries (partition, created_at, id);
create index deliveries_by_status on deliveries (partition, status, created_at);
create index deliveries_by_driver on deliveries (partition, driver_id, created_at);
create index deliveries_by_source on deliveries (partition, source_id);
create index deliveries_by_order on deliveries (partition, order_id);
-- Not by partition: a tracking number is how the public finds one.
create unique index deliveries_tracking on deliveries (tracking_number);

-- Packages by what scanners read. `code` is the barcode, else the caller's package_id, else our id.
create table delivery_packages (
    partition bigint not null,
    id bytea not null,
    delivery_id bytea not null,
    code text not null,
    custody text not null,
    primary key (partition, id)
);
create index delivery_packages_by_code on delivery_packages (partition, code);
create index delivery_packages_by_delivery on delivery_packages (partition, delivery_id);

-- The guards of the plan: never two plans from one point, never two couriers. `after_leg` is empty bytes for the first leg.
create table leg_packages (
    partition bigint not null,
    leg_id bytea not null,
    package_id bytea not null,
    delivery_id bytea not null,
    after_leg bytea not null,
    state text not null,
    assignment_id bytea,
    primary key (partition, leg_id, package_id)
);
create unique index leg_packages_one_plan on leg_packages (partition, package_id, after_leg) where state in ('planned', 'taken');
create unique index leg_packages_one_courier on leg_packages (partition, package_id) where state = 'taken';
create index leg_packages_by_assignment on leg_packages (partition, assignment_id);
create index leg_packages_by_delivery on leg_packages (partition, delivery_id);
