alter table exceptions add column sides text not null default '[]';
