-- What waits for a plan: found without reading what is over.
create index leg_packages_free on leg_packages (partition, delivery_id) where state = 'planned' and assignment_id is null;
