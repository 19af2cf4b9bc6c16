-- Retention goes by when a report was recorded.
create index driver_events_by_age on driver_events (partition, recorded_at);
