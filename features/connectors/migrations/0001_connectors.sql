-- Credentials of partners, sealed under the master key; the newest row counts.
create table partner_credentials (
    partition bigint not null,
    partner_id bytea not null,
    sealed bytea not null,
    callback_secret bytea not null,
    stored_at bigint not null,
    primary key (partition, partner_id)
);
-- Not by partition: the secret of a callback's address is how a network finds one. Only its hash is kept.
create table partner_callbacks (
    secret_hash bytea not null,
    partition bigint not null,
    partner_id bytea not null,
    primary key (secret_hash)
);
-- What is known of a booking besides its state, which lies with its delivery: the partner's id, and what was quoted.
create table partner_bookings (
    partition bigint not null,
    booking_id bytea not null,
    delivery_id bytea not null,
    partner_id bytea not null,
    reference text not null,
    partner_ref text,
    asked_at bigint,
    cancel_asked_at bigint,
    quote text,
    reason text not null,
    looks bigint not null,
    primary key (partition, booking_id)
);
create index partner_bookings_by_ref on partner_bookings (partition, partner_id, partner_ref);
create index partner_bookings_by_reference on partner_bookings (partition, reference);
create index partner_bookings_by_delivery on partner_bookings (partition, delivery_id);
-- Every exchange with a partner, secrets masked, sealed under the key of the delivery's recipient.
create table partner_payloads (
    partition bigint not null,
    id bytea not null,
    delivery_id bytea not null,
    booking_id bytea,
    partner_id bytea not null,
    at bigint not null,
    operation text not null,
    status bigint not null,
    took_ms bigint not null,
    sealed bytea not null,
    primary key (partition, id)
);
create index partner_payloads_by_delivery on partner_payloads (partition, delivery_id, id);
-- Callbacks that were heard already.
create table partner_events_heard (
    partition bigint not null,
    partner_id bytea not null,
    event_hash bytea not null,
    at bigint not null,
    primary key (partition, partner_id, event_hash)
);
