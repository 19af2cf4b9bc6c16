create index exceptions_by_assignment on exceptions (partition, assignment_id, state);
